package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of {@code POST /run} that are not JSON in UTF-8, or too large. */
final class RunEncodingTest {
  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "\"prompt\"", "null", "{\"prompt\":\"p\"} x", "{'prompt':1}"})
  void what_is_no_json_object_is_malformed(String body) throws Exception {
    HttpResponse<String> answer = forge.run(body);

    assertEquals(400, answer.statusCode());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
  }

  @Test
  void bytes_that_are_not_utf_8_are_malformed() throws Exception {
    byte[] latin = "{\"prompt\":\"gr\u00fc\u00dfe\"}".getBytes(StandardCharsets.ISO_8859_1);

    HttpResponse<String> answer =
        forge.send(forge.to("/run").POST(HttpRequest.BodyPublishers.ofByteArray(latin)));

    assertEquals(400, answer.statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void json_in_another_encoding_than_utf_8_is_malformed(String name) throws Exception {
    for (String mark : List.of("", "\ufeff")) {
      assertNotUtf8((mark + "{\"prompt\":\"gr\u00fc\u00dfe\"}").getBytes(Charset.forName(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A slash in two, three and four bytes: overlong encodings that once bypassed filters.
        "c0af",
        "e080af",
        "f08080af",
        "c080",
        // Half a surrogate pair, both halves, and a code point beyond the last character.
        "eda080",
        "eda080edb080",
        "f4908080",
        "f8888080",
        // A truncated character, a continuation byte, and a byte that is never valid.
        "e282",
        "80",
        "ff",
      })
  void bytes_that_utf_8_does_not_have_are_malformed(String hex) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"prompt\":\"a".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(HexFormat.of().parseHex(hex));
    body.writeBytes("b\"}".getBytes(StandardCharsets.US_ASCII));

    assertNotUtf8(body.toByteArray());
  }

  @Test
  void a_character_of_several_bytes_may_be_anywhere_in_a_long_body() throws Exception {
    for (int offset = 0; offset < 4; offset++) {
      String prompt = "x".repeat(offset) + "\u20ac\ud83e\udd80".repeat(20_000);

      HttpResponse<String> answer = forge.run("{\"prompt\":\"" + prompt + "\"}");

      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals(prompt, forge.agents.received().getLast().oneShot().prompt().text());
    }
  }

  @Test
  void every_body_of_json_is_in_utf_8() throws Exception {
    byte[] body = "{\"prompt\":\"p\",\"name\":\"n\"}".getBytes(StandardCharsets.UTF_16);
    String session = forge.open();
    for (String path : List.of("/run", "/sessions", "/sessions/" + session + "/turn")) {
      assertNotUtf8(forge.send(forge.to(path).POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    }
    assertNotUtf8(
        forge.admin(forge.to("/admin/tokens").POST(HttpRequest.BodyPublishers.ofByteArray(body))));
  }

  private void assertNotUtf8(byte[] body) throws Exception {
    assertNotUtf8(forge.send(forge.to("/run").POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    assertEquals(List.of(), forge.agents.received());
  }

  private void assertNotUtf8(HttpResponse<String> answer) throws Exception {
    assertEquals(400, answer.statusCode(), answer.body());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
    assertTrue(forge.json(answer).get("detail").textValue().contains("UTF-8"), answer.body());
  }

  @Test
  void json_nested_too_deep_is_malformed() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"x\":" + deep + "}");

    assertEquals(400, answer.statusCode());
  }

  @Test
  void json_of_very_many_values_is_malformed() throws Exception {
    String many = "[" + "[],".repeat(1_000_000) + "[]]";

    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"x\":" + many + "}");

    assertEquals(400, answer.statusCode());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, 200",
    "APPLICATION/JSON;charset=utf-8, 200",
    "text/plain, 415",
    "application/x-www-form-urlencoded, 415",
    "application/jsonx, 415"
  })
  void only_json_is_taken(String type, int status) throws Exception {
    HttpResponse<String> answer =
        forge.run("{\"prompt\":\"p\"}", request -> request.setHeader("Content-Type", type));

    assertEquals(status, answer.statusCode());
  }

  @Test
  void a_body_without_a_content_type_counts_as_json() throws Exception {
    String answer = forge.raw(forge.rawRun("{\"prompt\":\"p\"}", "Connection: close"));

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @Test
  void a_prompt_over_its_limit_is_too_large_even_if_the_body_is_not() throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":\"" + "x".repeat((1 << 20) + 1) + "\"}");

    assertEquals(413, answer.statusCode());
    assertEquals("payload_too_large", forge.json(answer).get("code").textValue());
  }

  @Test
  void a_prompt_of_its_limit_passes_with_every_character_escaped() throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":\"" + "\\u0041".repeat(1 << 20) + "\"}");

    assertEquals(200, answer.statusCode(), answer.body());
  }

  @Test
  void a_body_over_its_limit_is_too_large_with_and_without_a_length() throws Exception {
    byte[] huge = new byte[14 << 20];

    HttpResponse<String> told =
        forge.send(forge.to("/run").POST(HttpRequest.BodyPublishers.ofByteArray(huge)));
    HttpResponse<String> chunked =
        forge.send(
            forge
                .to("/run")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(huge))));

    assertEquals(413, told.statusCode());
    assertEquals(413, chunked.statusCode());
    assertEquals("payload_too_large", forge.json(chunked).get("code").textValue());
  }

  @Test
  void a_body_that_breaks_off_starts_nothing() throws Exception {
    String answer =
        forge.raw(
            "POST /run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + forge.token
                + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"pro\r\nnonsense\r\n");

    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("\"code\":\"malformed_request\""), answer);
    assertEquals(List.of(), forge.agents.received());
  }
}
