package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.clawdforge.acpx.file.ImageFormat;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/** Images and PDFs that a request contains as base64, in tool results too. */
final class StrictMedia {
  private static final String UNREADABLE = "Could not process image";
  // Readers of PDF look for the header in this many bytes.
  private static final int PDF_HEAD = 1024;

  private StrictMedia() {}

  static Stream<String> objections(JsonNode body) {
    return Placed.in(body).stream()
        .flatMap(Placed::withNested)
        .filter(block -> block.block().at("/source/type").asText().equals("base64"))
        .flatMap(StrictMedia::objections);
  }

  private static Stream<String> objections(Placed block) {
    JsonNode source = block.block().path("source");
    return switch (block.text("type")) {
      case "image" -> image(block.path() + ".image.source.base64", source);
      case "document" -> pdf(block.path() + ".pdf.source.base64", source);
      default -> Stream.empty();
    };
  }

  private static Stream<String> image(String path, JsonNode source) {
    String mediaType = source.path("media_type").asText();
    if (!ImageFormat.knows(mediaType)) {
      return Stream.of(
          path
              + ".media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or"
              + " 'image/webp'");
    }
    if (source.path("data").asText().isEmpty()) {
      return Stream.of(path + ": image cannot be empty");
    }
    Optional<byte[]> data = decoded(source);
    if (data.isEmpty()) {
      return Stream.of(path + ": invalid base64 data");
    }
    Optional<ImageFormat> format = ImageFormat.of(data.get());
    if (format.isEmpty()) {
      return Stream.of(UNREADABLE);
    }
    if (!format.get().mediaType().equals(mediaType)) {
      return Stream.of(
          path
              + ": The image was specified using the "
              + mediaType
              + " media type, but the image appears to be a "
              + format.get().mediaType()
              + " image");
    }
    return format.get().isWhole(data.get()) ? Stream.empty() : Stream.of(UNREADABLE);
  }

  private static Stream<String> pdf(String path, JsonNode source) {
    Optional<byte[]> data = decoded(source);
    if (data.isEmpty()) {
      return Stream.of(path + ": invalid base64 data");
    }
    int head = Math.min(data.get().length, PDF_HEAD);
    return new String(data.get(), 0, head, ISO_8859_1).contains("%PDF")
        ? Stream.empty()
        : Stream.of(path + ".data: The PDF specified was not valid.");
  }

  private static Optional<byte[]> decoded(JsonNode source) {
    try {
      return Optional.of(Base64.getDecoder().decode(source.path("data").asText()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
