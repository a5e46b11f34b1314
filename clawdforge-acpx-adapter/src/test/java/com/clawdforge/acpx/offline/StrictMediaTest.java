package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The strict rules for images and PDFs. */
class StrictMediaTest {
  private static final String UNREADABLE = "Could not process image";

  @Test
  void whole_images_are_taken() throws Exception {
    for (String format : List.of("png", "jpeg", "gif")) {
      assertEquals("", image("image/" + format, written(format)), format);
    }
    assertEquals("", image("image/webp", webp()));
  }

  @Test
  void truncated_images_are_refused() throws Exception {
    for (String format : List.of("png", "jpeg", "gif")) {
      byte[] whole = written(format);
      for (int length : List.of(whole.length - 1, whole.length / 2, 8)) {
        assertEquals(
            UNREADABLE,
            image("image/" + format, Arrays.copyOf(whole, length)),
            format + " of " + length + " bytes");
      }
    }
    assertEquals(UNREADABLE, image("image/webp", Arrays.copyOf(webp(), webp().length - 1)));
  }

  @Test
  void the_end_of_a_thumbnail_is_not_the_end_of_the_image() throws Exception {
    byte[] plain = written("jpeg");
    String thumbnail = "\u00ff\u00e1\u0000\u0008Exif\u00ff\u00d9";
    byte[] whole =
        new StringBuilder(new String(plain, ISO_8859_1))
            .insert(2, thumbnail)
            .toString()
            .getBytes(ISO_8859_1);

    assertEquals("", image("image/jpeg", whole));
    assertEquals(UNREADABLE, image("image/jpeg", Arrays.copyOf(whole, whole.length - 2)));
    assertEquals(UNREADABLE, image("image/jpeg", Arrays.copyOf(whole, 30)));
  }

  @Test
  void an_image_of_another_format_than_it_says_is_refused() throws Exception {
    assertEquals(
        "messages.0.content.0.image.source.base64: The image was specified using the image/jpeg"
            + " media type, but the image appears to be a image/png image",
        image("image/jpeg", written("png")));
    assertEquals(
        "messages.0.content.0.image.source.base64: The image was specified using the image/png"
            + " media type, but the image appears to be a image/webp image",
        image("image/png", webp()));
  }

  @Test
  void bytes_of_no_known_format_are_refused() throws Exception {
    assertEquals(UNREADABLE, image("image/png", "not an image".getBytes(ISO_8859_1)));
    assertEquals(UNREADABLE, image("image/webp", "RIFF1234WAVE".getBytes(ISO_8859_1)));
    assertEquals(
        "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg',"
            + " 'image/png', 'image/gif' or 'image/webp'",
        image("image/bmp", written("png")));
  }

  @Test
  void what_is_no_base64_is_refused() throws Exception {
    assertEquals(
        "messages.0.content.0.image.source.base64: invalid base64 data",
        Objections.toBlocks(block("image", "image/png", "data:image/png;base64,AAAA")));
    assertEquals(
        "messages.0.content.0.image.source.base64: image cannot be empty",
        image("image/png", new byte[0]));
    assertEquals(
        "messages.0.content.0.pdf.source.base64: invalid base64 data",
        Objections.toBlocks(block("document", "application/pdf", "%PDF")));
  }

  @Test
  void an_image_in_a_tools_result_is_looked_at_too() throws Exception {
    String messages =
        """
        [{"role": "user", "content": "read it"},
         {"role": "assistant", "content": [
           {"type": "tool_use", "id": "t", "name": "Read", "input": {}}]},
         {"role": "user", "content": [
           {"type": "tool_result", "tool_use_id": "t", "content": [
             {"type": "text", "text": "here"}, %s]}]}]
        """
            .formatted(block("image", "image/gif", encoded(written("png"))));

    assertEquals(
        "messages.2.content.0.tool_result.content.1.image.source.base64: The image was specified"
            + " using the image/gif media type, but the image appears to be a image/png image",
        Objections.toMessages(messages));
  }

  @Test
  void a_pdf_begins_as_one() throws Exception {
    assertEquals("", pdf("%PDF-1.7\n…"));
    assertEquals("", pdf("\n\n%PDF-1.7\n"));
    assertEquals(
        "messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid.",
        pdf("<html>"));
    assertEquals(
        "messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid.",
        pdf(" ".repeat(1100) + "%PDF-1.7"));
  }

  @Test
  void an_image_behind_an_address_is_not_looked_at() throws Exception {
    assertEquals(
        "",
        Objections.toBlocks(
            """
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
            """));
  }

  private static String image(String mediaType, byte[] bytes) throws IOException {
    return Objections.toBlocks(block("image", mediaType, encoded(bytes)));
  }

  private static String pdf(String text) throws IOException {
    return Objections.toBlocks(
        block("document", "application/pdf", encoded(text.getBytes(ISO_8859_1))));
  }

  private static String block(String type, String mediaType, String data) {
    return """
    {"type": "%s", "source": {"type": "base64", "media_type": "%s", "data": "%s"}}
    """
        .formatted(type, mediaType, data);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] written(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), format, out);
    return out.toByteArray();
  }

  /** A container with an empty picture, which is enough for its size. */
  private static byte[] webp() {
    return "RIFF\u000c\u0000\u0000\u0000WEBPVP8L\u0000\u0000\u0000\u0000".getBytes(ISO_8859_1);
  }
}
