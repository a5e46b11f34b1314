package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names in a body that are none of its fields. */
final class IgnoredFieldsTest {
  private static final String HEADER = "X-Clawdforge-Ignored";

  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/run|{\"prompt\":\"p\",\"timeout\":5}|timeout_secs",
        "/run|{\"Prompt\":\"p\"}|prompt",
        "/run|{\"prompt\":\"p\",\"allowed_tools\":[]}|tools",
        "/sessions|{\"permission\":\"deny-all\"}|permissions",
        "/sessions|{\"systemMode\":\"replace\"}|system_mode",
        "/sessions|{\"tools\":[]}|allowed_tools",
        "TURN|{\"prompt\":\"p\",\"timeoutSecs\":5}|timeout_secs",
        "/admin/tokens|{\"name\":\"x\",\"cidrs\":[\"10.0.0.0/8\"]}|ip_cidrs",
        "/admin/tokens|{\"name\":\"x\",\"permissions\":\"deny-all\"}|max_permissions",
      })
  void a_misspelt_field_is_refused_with_the_right_name(String path, String body, String field)
      throws Exception {
    String session = forge.open();
    HttpRequest.Builder request =
        forge.post(path.replace("TURN", "/sessions/" + session + "/turn"), body);
    HttpResponse<String> answer =
        path.startsWith("/admin") ? forge.admin(request) : forge.send(request);

    assertEquals(422, answer.statusCode(), answer.body());
    assertEquals("invalid_request", forge.json(answer).get("code").textValue());
    assertEquals(field, forge.json(answer).get("field").textValue());
    String detail = forge.json(answer).get("detail").textValue();
    assertTrue(detail.endsWith("is not a field of this request; use " + field), detail);
    assertEquals(0, forge.agents.received().size());
  }

  @Test
  void other_names_are_ignored_and_told() throws Exception {
    String session = forge.open();
    HttpResponse<String> run =
        forge.run("{\"prompt\":\"p\",\"stream\":true,\"cwd\":\"/\",\"none\":null}");
    HttpResponse<String> opened = forge.send(forge.post("/sessions", "{\"title\":\"t\"}"));
    HttpResponse<String> turn = forge.turn(session, "{\"prompt\":\"p\",\"model\":\"opus\"}");
    HttpResponse<String> minted =
        forge.admin(forge.post("/admin/tokens", "{\"name\":\"x\",\"owner\":\"me\"}"));

    assertEquals(Optional.of("stream, cwd"), ignored(run));
    assertEquals(Optional.of("title"), ignored(opened));
    assertEquals(Optional.of("model"), ignored(turn));
    assertEquals(Optional.of("owner"), ignored(minted));
    assertEquals(200, run.statusCode());
    assertEquals(200, minted.statusCode());
  }

  @Test
  void a_request_with_nothing_but_fields_is_told_nothing() throws Exception {
    assertEquals(Optional.empty(), ignored(forge.run("{\"prompt\":\"p\",\"model\":null}")));
  }

  @Test
  void a_stream_and_a_detached_run_are_told_too() throws Exception {
    String body = "{\"prompt\":\"p\",\"colour\":7,\"detach\":%s}";
    HttpResponse<String> detached = forge.run(body.formatted("true"));
    HttpResponse<String> stream =
        forge.run(body.formatted("false"), r -> r.header("Accept", "text/event-stream"));

    assertEquals(Optional.of("colour"), ignored(detached));
    assertEquals(Optional.of("colour"), ignored(stream));
  }

  @Test
  void the_header_is_bounded_and_has_only_safe_characters() throws Exception {
    StringBuilder body =
        new StringBuilder("{\"prompt\":\"p\",\"a\\r\\nSet-Cookie: x\\u00e9\":1,\"\":1");
    for (int i = 0; i < 50; i++) {
      body.append(",\"").append("x".repeat(100)).append(i).append("\":1");
    }
    HttpResponse<String> answer = forge.run(body.append('}').toString());

    assertEquals(200, answer.statusCode());
    String names = ignored(answer).orElseThrow();
    assertTrue(names.startsWith("a__Set-Cookie__x_, _, xxxx"), names);
    assertTrue(names.endsWith(", ..."), names);
    assertTrue(names.length() <= 1024, names);
  }

  @Test
  void after_64_unknown_names_no_more_are_compared() throws Exception {
    StringBuilder body = new StringBuilder("{\"prompt\":\"p\"");
    for (int i = 0; i < 64; i++) {
      body.append(",\"unknown name ").append(i).append("\":1");
    }
    assertEquals(422, forge.run("{\"Prompt\":\"p\"," + body.substring(1) + "}").statusCode());
    assertEquals(200, forge.run(body + ",\"timeout\":5}").statusCode());
  }

  @Test
  void a_misspelt_part_of_a_form_is_refused_and_another_is_told() throws Exception {
    HttpResponse<String> misspelt = upload("ttl", "60");
    HttpResponse<String> other = upload("comment", "hello");

    assertEquals(422, misspelt.statusCode());
    assertEquals("ttl_secs", forge.json(misspelt).get("field").textValue());
    assertEquals(200, other.statusCode(), other.body());
    assertEquals(Optional.of("comment"), ignored(other));
  }

  @Test
  void an_unknown_tool_is_refused() throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"tools\":[\"Read\",\"bash\"]}");

    assertEquals(422, answer.statusCode());
    assertEquals("tools", forge.json(answer).get("field").textValue());
    assertTrue(forge.json(answer).get("detail").textValue().contains("bash"), answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"name\":\"x\",\"strict\":true,\"schema\":{\"type\":\"object\"}}|422",
        "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}|422",
        "{\"properties\":{\"schema\":{\"type\":\"object\"}}}|200",
        "{\"schema\":{},\"required\":[\"qty\"]}|200",
        "{}|200",
      })
  void an_object_around_a_schema_is_no_schema(String schema, int status) throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"json_schema\":" + schema + "}");

    assertEquals(status, answer.statusCode(), answer.body());
    if (status == 422) {
      assertEquals("json_schema", forge.json(answer).get("field").textValue());
    }
  }

  private HttpResponse<String> upload(String part, String value) throws Exception {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(part, value)
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n"
            + "--b--\r\n";
    return forge.send(
        forge
            .to("/files")
            .header("Content-Type", "multipart/form-data; boundary=b")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  private static Optional<String> ignored(HttpResponse<String> answer) {
    return answer.headers().firstValue(HEADER);
  }
}
