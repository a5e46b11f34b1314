package com.clawdforge.acpx.claude;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.OneShot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model is shown: the files as content blocks under their own names, then the prompt. A
 * file is what its bytes say, never what somebody declared. What cannot be shown is staged in the
 * run's directory, and the message says where.
 *
 * @param blocks the prompt last
 * @param staged whether the agent needs to read files
 */
record UserMessage(List<ContentBlock> blocks, boolean staged) {
  // The API takes images up to 5 MB of base64 and requests up to 32 MB.
  private static final long MAX_IMAGE = 3_750_000;
  private static final long MAX_SHOWN = 20L << 20;
  private static final int MAX_TEXT = 1 << 20;
  private static final int MAGIC = 16;

  UserMessage {
    blocks = List.copyOf(blocks);
  }

  /** Reads what has to be known before the agent starts; the rest is read while it is written. */
  static UserMessage of(OneShot oneShot, RunDirectory directory) throws IOException {
    List<ContentBlock> blocks = new ArrayList<>();
    List<String> staged = new ArrayList<>();
    long room = MAX_SHOWN;
    for (Attachment attachment : oneShot.attachments()) {
      // A small file is read whole, to see whether it is text; of a large one the first bytes do.
      long start = attachment.size() <= MAX_TEXT ? attachment.size() : MAGIC;
      byte[] head = attachment.content().readNBytes((int) start);
      InputStream content =
          new SequenceInputStream(new ByteArrayInputStream(head), attachment.content());
      ContentBlock block = attachment.size() <= room ? block(attachment, head, content) : null;
      if (block == null) {
        directory.stage(attachment.name(), content);
        staged.add(attachment.name() + " (" + attachment.size() + " bytes)");
        continue;
      }
      if (block instanceof ContentBlock.Image) {
        blocks.add(new ContentBlock.Text("Image " + attachment.name() + ":"));
      }
      blocks.add(block);
      room -= attachment.size();
    }
    if (!staged.isEmpty()) {
      blocks.add(new ContentBlock.Text(note(staged)));
    }
    blocks.add(new ContentBlock.Text(literal(oneShot.prompt())));
    return new UserMessage(blocks, !staged.isEmpty());
  }

  private static @Nullable ContentBlock block(
      Attachment attachment, byte[] head, InputStream content) {
    String mediaType = imageType(head);
    if (mediaType != null) {
      return attachment.size() <= MAX_IMAGE
          ? new ContentBlock.Image(mediaType, attachment.size(), content)
          : null;
    }
    if (starts(head, "%PDF-")) {
      return new ContentBlock.Pdf(attachment.name(), attachment.size(), content);
    }
    String text = head.length == attachment.size() ? utf8(head) : null;
    return text == null ? null : new ContentBlock.TextDocument(attachment.name(), text);
  }

  private static @Nullable String imageType(byte[] head) {
    if (starts(head, "\u0089PNG\r\n\u001a\n")) {
      return "image/png";
    }
    if (starts(head, "\u00ff\u00d8\u00ff")) {
      return "image/jpeg";
    }
    if (starts(head, "GIF87a") || starts(head, "GIF89a")) {
      return "image/gif";
    }
    boolean riff = starts(head, "RIFF") && head.length >= 12;
    return riff && new String(head, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP")
        ? "image/webp"
        : null;
  }

  // The magic number has one character a byte.
  private static boolean starts(byte[] head, String magic) {
    return head.length >= magic.length()
        && new String(head, 0, magic.length(), StandardCharsets.ISO_8859_1).equals(magic);
  }

  /** The bytes as text, or null if they are none. An empty document would be refused by the API. */
  private static @Nullable String utf8(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.isBlank() || text.indexOf('\0') >= 0 ? null : text;
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  private static String note(List<String> staged) {
    StringBuilder note =
        new StringBuilder("These attached files are not shown here; read them in the directory ./");
    note.append(RunDirectory.ATTACHMENTS).append(":");
    staged.forEach(file -> note.append("\n- ").append(file));
    return note.toString();
  }

  // The CLI would run /word at the start of the last text as a command of its own; after a newline
  // it
  // is text (agent-facts.md, section 1.3). Expansion of @path is off by environment.
  private static String literal(String prompt) {
    return prompt.startsWith("/") ? "\n" + prompt : prompt;
  }
}
