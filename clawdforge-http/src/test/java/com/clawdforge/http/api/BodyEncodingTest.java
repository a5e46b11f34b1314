package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encodings that a request declares for its body, and those that it does not. */
final class BodyEncodingTest {
  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "identity, br", "deflate"})
  void a_compressed_body_is_refused_with_the_encoding_that_is_accepted(String encoding)
      throws Exception {
    HttpResponse<String> run =
        forge.run("{\"prompt\":\"p\"}", r -> r.header("Content-Encoding", encoding));
    HttpResponse<String> upload =
        forge.send(
            forge
                .to("/files")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofString("x")));

    for (HttpResponse<String> answer : List.of(run, upload)) {
      assertEquals(415, answer.statusCode(), answer.body());
      assertEquals(Optional.of("identity"), answer.headers().firstValue("Accept-Encoding"));
      assertEquals("unsupported_media_type", forge.json(answer).get("code").textValue());
      assertTrue(forge.json(answer).get("detail").textValue().contains("compressed"));
    }
    assertEquals(0, forge.agents.received().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "", "utf-8"})
  void a_body_without_compression_is_read(String encoding) throws Exception {
    assertEquals(
        200,
        forge.run("{\"prompt\":\"p\"}", r -> r.header("Content-Encoding", encoding)).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "application/json;charset=latin1|415",
        "application/json; charset=\"ISO-8859-1\"|415",
        "application/json; Charset = utf-16|415",
        "application/json; charset=nonsense|415",
        "application/json; charset=UTF8|200",
        "application/json; charset=\"utf-8\"; x=y|200",
        "application/json; charset=us-ascii|200",
      })
  void another_declared_charset_than_utf_8_is_refused(String type, int status) throws Exception {
    HttpResponse<String> answer =
        forge.run("{\"prompt\":\"p\"}", r -> r.setHeader("Content-Type", type));

    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(status == 200 || answer.body().contains("UTF-8"), answer.body());
  }

  @Test
  void undeclared_bytes_that_are_not_utf_8_are_malformed_in_words_that_name_it() throws Exception {
    byte[] latin = "{\"prompt\":\"gr\u00fcn\"}".getBytes(StandardCharsets.ISO_8859_1);
    HttpResponse<String> answer =
        forge.send(
            forge
                .to("/run")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(latin)));

    assertEquals(400, answer.statusCode());
    assertTrue(forge.json(answer).get("detail").textValue().contains("UTF-8"), answer.body());
  }
}
