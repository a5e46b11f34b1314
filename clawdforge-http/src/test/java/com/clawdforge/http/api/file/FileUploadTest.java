package com.clawdforge.http.api.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileUploadTest {
  private static final String FORM = "multipart/form-data; boundary=\"b-1\"";

  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void a_file_is_kept_for_its_app_and_reaches_the_agent_byte_for_byte() throws Exception {
    byte[] content = new byte[700_000];
    new Random(1).nextBytes(content);

    HttpResponse<String> uploaded = upload(form(file("we/../ird \"n\u00e4me\".bin", content)));

    assertEquals(200, uploaded.statusCode(), uploaded.body());
    assertEquals(List.of("file_token", "ttl_secs", "size"), forge.members(uploaded));
    JsonNode answer = forge.json(uploaded);
    assertEquals(3600, answer.get("ttl_secs").intValue());
    assertEquals(content.length, answer.get("size").intValue());
    String id = answer.get("file_token").textValue();
    assertTrue(id.startsWith("ff_"));
    HttpResponse<String> run = forge.run("{\"prompt\":\"p\",\"files\":[\"" + id + "\"]}");
    assertEquals(200, run.statusCode(), run.body());
    assertArrayEquals(content, forge.agents.received().getFirst().contents().getFirst());
  }

  @Test
  void a_file_of_exactly_the_limit_passes_and_one_byte_more_does_not() throws Exception {
    assertEquals(200, upload(form(file("a", new byte[1 << 20]))).statusCode());

    HttpResponse<String> over = upload(form(file("a", new byte[(1 << 20) + 1])));

    assertEquals(413, over.statusCode());
    assertEquals("payload_too_large", forge.json(over).get("code").textValue());
    assertEquals(1, forge.fileStore.contents());
  }

  @Test
  void an_upload_beyond_the_storage_of_its_token_is_refused_while_it_arrives() throws Exception {
    forge.admin(
        forge
            .to("/admin/tokens/app")
            .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"max_storage_bytes\":100}")));
    assertEquals(200, upload(form(file("a", new byte[40]))).statusCode());

    // The second one is announced, and too large whatever surrounds the file.
    for (int size : new int[] {61, 1 << 20}) {
      HttpResponse<String> over = upload(form(file("a", new byte[size])));
      assertEquals(429, over.statusCode(), over.body());
      assertEquals("max_storage_bytes", forge.json(over).get("limit").textValue());
      assertEquals(60, forge.json(over).get("left").intValue());
    }
    assertEquals(1, forge.fileStore.contents());
    assertEquals(200, upload(form(file("a", new byte[60]))).statusCode());
  }

  @Test
  void an_upload_far_over_the_limit_is_refused_with_and_without_a_length() throws Exception {
    byte[] huge = form(file("../huge.bin", new byte[8 << 20]));

    HttpResponse<String> told = upload(huge);
    HttpResponse<String> chunked =
        forge.send(
            forge
                .to("/files")
                .header("Content-Type", FORM)
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(huge))));

    assertEquals(413, told.statusCode());
    assertEquals(413, chunked.statusCode());
    for (HttpResponse<String> answer : List.of(told, chunked)) {
      assertEquals(
          "the file huge.bin is larger than 1 MiB (1048576 bytes)",
          forge.json(answer).get("detail").textValue());
    }
    assertEquals(0, forge.fileStore.contents());
  }

  @Test
  void other_parts_count_towards_the_limit_too() throws Exception {
    HttpResponse<String> answer =
        upload(form(field("notes", "x".repeat(3 << 20)), file("a", new byte[1])));

    assertEquals(413, answer.statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "60, 60",
    "86400, 86400",
    "7, 60",
    "-1, 60",
    "100000, 86400",
    "999999999, 86400",
    "99999999999999999999, 86400",
    "-99999999999999999999, 60"
  })
  void a_lifetime_is_clamped_and_may_come_before_or_after_the_file(String asked, int given)
      throws Exception {
    JsonNode before = forge.json(upload(form(field("ttl_secs", asked), file("a", new byte[1]))));
    JsonNode after = forge.json(upload(form(file("a", new byte[1]), field("ttl_secs", asked))));

    assertEquals(given, before.get("ttl_secs").intValue());
    assertEquals(given, after.get("ttl_secs").intValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.5", "soon", "60s", "1e3"})
  void a_lifetime_that_is_no_integer_is_refused_and_no_file_stays(String asked) throws Exception {
    HttpResponse<String> answer = upload(form(file("a", new byte[1]), field("ttl_secs", asked)));

    assertEquals(422, answer.statusCode());
    assertEquals("ttl_secs", forge.json(answer).get("field").textValue());
    assertEquals(0, forge.fileStore.contents());
  }

  @Test
  void a_form_without_a_file_is_refused() throws Exception {
    HttpResponse<String> none = upload(form(field("ttl_secs", "60")));
    HttpResponse<String> text = upload(form(field("file", "not a file")));

    assertEquals(422, none.statusCode());
    assertEquals("file", forge.json(none).get("field").textValue());
    assertEquals(422, text.statusCode());
  }

  @Test
  void two_files_at_once_are_refused_and_neither_stays() throws Exception {
    HttpResponse<String> answer = upload(form(file("a", new byte[1]), file("b", new byte[1])));

    assertEquals(422, answer.statusCode());
    assertEquals(0, forge.fileStore.contents());
  }

  @Test
  void too_many_parts_are_malformed() throws Exception {
    byte[][] parts = new byte[40][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = field("f" + i, "x");
    }

    assertEquals(400, upload(form(parts)).statusCode());
  }

  @Test
  void a_truncated_form_is_malformed_and_nothing_of_it_stays() throws Exception {
    byte[] whole = form(file("a", new byte[1000]));
    String cut = new String(whole, 0, whole.length - 20, StandardCharsets.ISO_8859_1);

    HttpResponse<String> answer = upload(cut.getBytes(StandardCharsets.ISO_8859_1));

    assertEquals(400, answer.statusCode());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
    assertEquals(0, forge.fileStore.contents());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no form at all", "--b-1", "--b-1--", "--b-1\r\nfile\r\n--b-1--\r\n"})
  void what_is_no_form_is_refused(String body) throws Exception {
    int status = upload(body.getBytes(StandardCharsets.UTF_8)).statusCode();

    // An empty form is well-formed; it only has no file.
    assertEquals(body.equals("--b-1--") ? 422 : 400, status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|415",
        "multipart/mixed; boundary=b-1|415",
        "multipart/form-data|400"
      })
  void only_a_form_is_taken(String type, int status) throws Exception {
    HttpResponse<String> answer =
        forge.send(
            forge
                .to("/files")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form(file("a", new byte[1])))));

    assertEquals(status, answer.statusCode());
  }

  @Test
  void a_part_with_huge_headers_is_malformed() throws Exception {
    byte[] part =
        ("X-Long: " + "x".repeat(100_000) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    assertEquals(400, upload(form(part)).statusCode());
  }

  @Test
  void files_are_listed_and_deleted() throws Exception {
    String id =
        forge
            .json(upload(form(file("C:\\tmp\\report.pdf", new byte[3]))))
            .get("file_token")
            .textValue();

    JsonNode listed = forge.json(forge.get("/files"));
    HttpResponse<String> deleted = forge.send(forge.to("/files/" + id).DELETE());
    HttpResponse<String> again = forge.send(forge.to("/files/" + id).DELETE());

    assertEquals(id, listed.at("/files/0/file_token").textValue());
    assertEquals("report.pdf", listed.at("/files/0/name").textValue());
    assertEquals(3, listed.at("/files/0/size").intValue());
    assertTrue(listed.get("next_cursor").isNull());
    assertEquals("{\"ok\":true}", deleted.body());
    assertEquals(404, again.statusCode());
    assertEquals(0, forge.json(forge.get("/files")).get("files").size());
  }

  private HttpResponse<String> upload(byte[] form) throws Exception {
    return forge.send(
        forge
            .to("/files")
            .header("Content-Type", FORM)
            .POST(HttpRequest.BodyPublishers.ofByteArray(form)));
  }

  private static byte[] file(String name, byte[] content) {
    String head =
        "Content-Disposition: form-data; name=\"file\"; filename=\""
            + name.replace("\"", "\\\"")
            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    part.writeBytes(content);
    return part.toByteArray();
  }

  private static byte[] field(String name, String value) {
    return ("Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] form(byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes("--b-1\r\n".getBytes(StandardCharsets.US_ASCII));
      body.writeBytes(part);
      body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    body.writeBytes("--b-1--\r\n".getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }
}
