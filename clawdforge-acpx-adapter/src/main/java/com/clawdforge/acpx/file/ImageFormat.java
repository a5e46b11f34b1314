package com.clawdforge.acpx.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** The formats of images that the Messages API takes, as far as their first and last bytes tell. */
public enum ImageFormat {
  PNG("image/png", "\u0089PNG\r\n\u001a\n") {
    // Chunk by chunk: a length, four letters, as many bytes, a checksum.
    @Override
    public boolean isWhole(byte[] image) {
      ByteBuffer chunks = ByteBuffer.wrap(image);
      long at = 8;
      while (at + 12 <= image.length) {
        long next = at + 12 + Integer.toUnsignedLong(chunks.getInt((int) at));
        if (next <= image.length && text(image, (int) at + 4, 4).equals("IEND")) {
          return true;
        }
        at = next;
      }
      return false;
    }
  },

  JPEG("image/jpeg", "\u00ff\u00d8\u00ff") {
    // Segment by segment to the picture, since a thumbnail before it has an end of its own.
    @Override
    public boolean isWhole(byte[] image) {
      ByteBuffer segments = ByteBuffer.wrap(image);
      int at = 2;
      while (at + 4 <= image.length && image[at] == (byte) 0xff) {
        if (image[at + 1] == (byte) 0xda) {
          return text(image, at, image.length - at).contains("\u00ff\u00d9");
        }
        at += 2 + Short.toUnsignedInt(segments.getShort(at + 2));
      }
      return false;
    }
  },

  GIF("image/gif", "GIF8") {
    @Override
    public boolean starts(byte[] image) {
      return super.starts(image) && text(image, 4, 2).matches("[79]a");
    }

    @Override
    public boolean isWhole(byte[] image) {
      int end = image.length;
      // Some writers fill up with zeros.
      while (end > 0 && image[end - 1] == 0) {
        end--;
      }
      return end > 0 && image[end - 1] == ';';
    }
  },

  WEBP("image/webp", "RIFF") {
    @Override
    public boolean starts(byte[] image) {
      return super.starts(image) && text(image, 8, 4).equals("WEBP");
    }

    @Override
    public boolean isWhole(byte[] image) {
      if (image.length < 12) {
        return false;
      }
      int size = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
      return 8 + Integer.toUnsignedLong(size) <= image.length;
    }
  };

  private final String mediaType;
  private final String start;

  ImageFormat(String mediaType, String start) {
    this.mediaType = mediaType;
    this.start = start;
  }

  /** The format that the first bytes tell. */
  public static Optional<ImageFormat> of(byte[] image) {
    return Arrays.stream(values()).filter(format -> format.starts(image)).findFirst();
  }

  /** Whether one of them has this media type. */
  public static boolean knows(String mediaType) {
    return Arrays.stream(values()).anyMatch(format -> format.mediaType.equals(mediaType));
  }

  public String mediaType() {
    return mediaType;
  }

  public boolean starts(byte[] image) {
    return text(image, 0, start.length()).equals(start);
  }

  /** Whether an image of this format has its end; what comes after that does not matter. */
  public abstract boolean isWhole(byte[] image);

  /** Bytes as characters; fewer if the image ends before. */
  private static String text(byte[] image, int from, int length) {
    int start = Math.min(from, image.length);
    return new String(image, start, Math.min(length, image.length - start), ISO_8859_1);
  }
}
