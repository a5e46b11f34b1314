package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.Prompt;
import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as content blocks of the Agent Client Protocol: the files under their own names, then
 * the text. Files that cannot be shown are staged in the session's directory, and the prompt says
 * where. That includes PDFs, which the adapter would silently drop (agent-facts.md, section 4.4).
 */
public final class PromptBlocks {
  /** Acpx's own queue accepts messages of up to 10 MiB. */
  static final int MOST = 9 << 20;

  private final SessionDirectory directory;
  private final AgentProfile profile;
  private final Path attachments;
  private final List<String> staged = new ArrayList<>();

  private final boolean readable;

  private PromptBlocks(
      SessionDirectory directory, AgentProfile profile, String turn, boolean readable) {
    this.directory = directory;
    this.profile = profile;
    this.readable = readable;
    this.attachments = SessionDirectory.attachments(turn);
  }

  /**
   * The blocks as a JSON array in UTF-8.
   *
   * @param turn the name of the directory for this turn's files, unique among turns
   * @param readable whether the agent can read staged files
   * @throws Unfit if the text alone is too long, or a file would have to be staged that the agent
   *     cannot read
   */
  public static byte[] write(
      Prompt prompt,
      SessionDirectory directory,
      AgentProfile profile,
      String turn,
      boolean readable)
      throws IOException {
    return new PromptBlocks(directory, profile, turn, readable).write(prompt);
  }

  /** The prompt cannot be sent to the agent; the message explains why to the app's developer. */
  public static final class Unfit extends IOException {
    private static final long serialVersionUID = 1L;

    Unfit(String why) {
      super(why);
    }
  }

  private byte[] write(Prompt prompt) throws IOException {
    long room = MOST;
    for (byte[] text : text(prompt, false)) {
      room -= text.length;
    }
    if (room < 0) {
      throw new Unfit(
          "the prompt is longer than the " + (MOST >> 20) + " MiB that a session's turn takes");
    }
    List<byte[]> blocks = new ArrayList<>();
    for (Attachment attachment : prompt.attachments()) {
      AttachedFile file = AttachedFile.of(attachment);
      byte @Nullable [] block = shown(file, room);
      if (block == null && !readable) {
        throw new Unfit(
            file.name()
                + " can only be read by the agent itself, which the session's permissions or"
                + " allowed_tools deny; leave it out, or create the session with the kind read and"
                + " the tool Read");
      }
      if (block == null) {
        directory.stage(attachments, file.name(), file.content());
        staged.add(file.name() + " (" + file.size() + " bytes)");
        continue;
      }
      if (file.kind() instanceof AttachedFile.Image) {
        blocks.add(block(generator -> writeText(generator, "Image " + file.name() + ":")));
      }
      blocks.add(block);
      room -= block.length;
    }
    if (!staged.isEmpty()) {
      blocks.add(
          block(
              generator ->
                  writeText(generator, AttachedFile.note(attachments.toString(), staged))));
    }
    blocks.addAll(text(prompt, blocks.isEmpty()));
    return array(blocks);
  }

  private List<byte[]> text(Prompt prompt, boolean first) throws IOException {
    List<byte[]> blocks = new ArrayList<>();
    for (String text : profile.blocks(prompt.text(), first)) {
      blocks.add(block(generator -> writeText(generator, text)));
    }
    return blocks;
  }

  // Null if it cannot be shown. Base64 takes four bytes for three, JSON at most six for one.
  private byte @Nullable [] shown(AttachedFile file, long room) throws IOException {
    return switch (file.kind()) {
      case AttachedFile.Image image ->
          file.size() <= AttachedFile.MAX_IMAGE && file.size() / 3 * 4 + 200 <= room
              ? block(generator -> writeImage(generator, image, file))
              : null;
      case AttachedFile.Text text -> {
        byte[] block = block(generator -> writeResource(generator, file.name(), text.text()));
        yield block.length <= room ? block : null;
      }
      case AttachedFile.Pdf pdf -> null;
      case AttachedFile.Other other -> null;
    };
  }

  private interface Block {
    void write(JsonGenerator generator) throws IOException;
  }

  private byte[] block(Block block) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = JsonLine.FACTORY.createGenerator(bytes)) {
      generator.writeStartObject();
      block.write(generator);
      generator.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static byte[] array(List<byte[]> blocks) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write('[');
    for (int i = 0; i < blocks.size(); i++) {
      if (i > 0) {
        all.write(',');
      }
      all.writeBytes(blocks.get(i));
    }
    all.write(']');
    return all.toByteArray();
  }

  private static void writeText(JsonGenerator generator, String text) throws IOException {
    generator.writeStringField("type", "text");
    generator.writeStringField("text", text);
  }

  private static void writeImage(
      JsonGenerator generator, AttachedFile.Image image, AttachedFile file) throws IOException {
    generator.writeStringField("type", "image");
    generator.writeStringField("mimeType", image.mediaType());
    generator.writeFieldName("data");
    generator.writeBinary(
        Base64Variants.MIME_NO_LINEFEEDS, file.content(), Math.toIntExact(file.size()));
  }

  private static void writeResource(JsonGenerator generator, String name, String text)
      throws IOException {
    generator.writeStringField("type", "resource");
    generator.writeObjectFieldStart("resource");
    generator.writeStringField(
        "uri", "file:///" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    generator.writeStringField("mimeType", "text/plain");
    generator.writeStringField("text", text);
    generator.writeEndObject();
  }
}
