package com.clawdforge.acpx.file;

import com.clawdforge.core.agent.Attachment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attachment and its kind, which is determined by its bytes, never by what the caller declared.
 *
 * @param content the whole content, to be read once
 */
public record AttachedFile(String name, long size, Kind kind, InputStream content) {
  /** The API takes images up to 5 MB of base64. */
  public static final long MAX_IMAGE = 3_750_000;

  private static final int MAX_TEXT = 1 << 20;
  private static final int MAGIC = 16;

  /** The kind of a file. */
  public sealed interface Kind {}

  /** An image of a type that models take. */
  public record Image(String mediaType) implements Kind {}

  /** A PDF document. */
  public record Pdf() implements Kind {}

  /** A text of at most 1 MiB that is not blank. */
  public record Text(String text) implements Kind {}

  /** Anything else. */
  public record Other() implements Kind {}

  /** Reads as much of an attachment as it takes to determine its kind. */
  public static AttachedFile of(Attachment attachment) throws IOException {
    // A small file is read as a whole, to see whether it is text; for a large one the first bytes
    // suffice.
    long start = attachment.size() <= MAX_TEXT ? attachment.size() : MAGIC;
    byte[] head = attachment.content().readNBytes((int) start);
    return new AttachedFile(
        attachment.name(),
        attachment.size(),
        kind(head, attachment.size()),
        new SequenceInputStream(new ByteArrayInputStream(head), attachment.content()));
  }

  /** The message that tells the model where to read files that it is not shown. */
  public static String note(String directory, List<String> files) {
    return "These attached files are not shown here; read them in the directory ./"
        + directory
        + ":\n- "
        + String.join("\n- ", files);
  }

  private static Kind kind(byte[] head, long size) {
    String mediaType = imageType(head);
    if (mediaType != null) {
      return new Image(mediaType);
    }
    if (starts(head, "%PDF-")) {
      return new Pdf();
    }
    String text = head.length == size ? utf8(head) : null;
    return text == null ? new Other() : new Text(text);
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

  // The magic number has one character per byte.
  private static boolean starts(byte[] head, String magic) {
    return head.length >= magic.length()
        && new String(head, 0, magic.length(), StandardCharsets.ISO_8859_1).equals(magic);
  }

  /** The bytes as text, or null if they are not text. The API would refuse an empty document. */
  private static @Nullable String utf8(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.isBlank() || text.indexOf('\0') >= 0 ? null : text;
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
