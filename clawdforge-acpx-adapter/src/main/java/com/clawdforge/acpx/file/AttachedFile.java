package com.clawdforge.acpx.file;

import com.clawdforge.core.agent.Attachment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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

  /** An image that ends before its picture does. */
  public static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(String name) {
      super(
          "the image "
              + name
              + " is cut off: its data ends before the picture does; send the whole file");
    }
  }

  /**
   * Reads as much of an attachment as it takes to determine its kind.
   *
   * @throws Broken if it is an image that models could be shown, but not to its end; the provider
   *     would refuse it, and the agent go on without it
   */
  public static AttachedFile of(Attachment attachment) throws IOException {
    // A small file is read as a whole, to see whether it is text; for a large one the first bytes
    // suffice.
    long start = attachment.size() <= MAX_TEXT ? attachment.size() : MAGIC;
    byte[] head = attachment.content().readNBytes((int) start);
    Optional<ImageFormat> image = ImageFormat.of(head);
    if (image.isPresent() && attachment.size() <= MAX_IMAGE) {
      head = whole(head, attachment);
      if (!image.get().isWhole(head)) {
        throw new Broken(attachment.name());
      }
    }
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

  private static byte[] whole(byte[] head, Attachment attachment) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream((int) attachment.size());
    whole.writeBytes(head);
    whole.writeBytes(attachment.content().readNBytes((int) (attachment.size() - head.length)));
    return whole.toByteArray();
  }

  private static Kind kind(byte[] head, long size) {
    Optional<ImageFormat> image = ImageFormat.of(head);
    if (image.isPresent()) {
      return new Image(image.get().mediaType());
    }
    if (starts(head, "%PDF-")) {
      return new Pdf();
    }
    String text = head.length == size ? utf8(head) : null;
    return text == null ? new Other() : new Text(text);
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
