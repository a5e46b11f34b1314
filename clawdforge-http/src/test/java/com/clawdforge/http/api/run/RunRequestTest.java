package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.http.kit.TestServer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunRequestTest {
  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  @Test
  void every_field_reaches_the_agent() throws Exception {
    HttpResponse<String> answer =
        forge.run(
            """
            {"prompt":"p","model":"opus","system":"be brief","system_mode":"replace",
             "effort":"xhigh","timeout_secs":60,"json_schema":{"type":"object","minimum":1.50},
             "max_budget_usd":0.25,"tools":["Read"]}""");

    assertEquals(200, answer.statusCode(), answer.body());
    OneShot asked = forge.agents.received().getFirst().oneShot();
    assertEquals("p", asked.prompt().text());
    assertEquals("opus", asked.model());
    assertEquals(new SystemPrompt("be brief", SystemPrompt.Mode.REPLACE), asked.system());
    assertEquals(Effort.XHIGH, asked.effort());
    assertTrue(asked.prompt().timeout().compareTo(Duration.ofMinutes(1)) <= 0);
    assertEquals("{\"type\":\"object\",\"minimum\":1.50}", asked.jsonSchema());
    assertEquals(new BigDecimal("0.25"), asked.maxBudgetUsd());
    assertEquals(List.of("Read"), asked.tools());
  }

  @Test
  void a_null_counts_as_absent() throws Exception {
    HttpResponse<String> answer =
        forge.run(
            """
            {"prompt":"p","model":null,"system":null,"system_mode":null,"effort":null,
             "files":null,"timeout_secs":null,"on_disconnect":null,"json_schema":null,
             "max_budget_usd":null,"tools":null,"detach":null}""");

    assertEquals(200, answer.statusCode(), answer.body());
    OneShot asked = forge.agents.received().getFirst().oneShot();
    assertEquals("sonnet", asked.model());
    assertNull(asked.tools());
    assertNull(asked.system());
  }

  @Test
  void an_unknown_field_is_ignored_and_of_a_repeated_one_the_last_counts() throws Exception {
    HttpResponse<String> answer =
        forge.run("{\"prompt\":\"first\",\"colour\":7,\"prompt\":\"last\"}");

    assertEquals(200, answer.statusCode());
    assertEquals("last", forge.agents.received().getFirst().oneShot().prompt().text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "prompt|{}",
        "prompt|{\"prompt\":null}",
        "prompt|{\"prompt\":7}",
        "prompt|{\"prompt\":\" \"}",
        "prompt|{\"prompt\":\"\\ud83d\"}",
        "model|{\"prompt\":\"p\",\"model\":[]}",
        "model|{\"prompt\":\"p\",\"model\":\"--help\"}",
        "system|{\"prompt\":\"p\",\"system\":{}}",
        "system_mode|{\"prompt\":\"p\",\"system_mode\":\"prepend\"}",
        "effort|{\"prompt\":\"p\",\"effort\":\"HIGH\"}",
        "effort|{\"prompt\":\"p\",\"effort\":3}",
        "files|{\"prompt\":\"p\",\"files\":\"ff_x\"}",
        "files|{\"prompt\":\"p\",\"files\":[1]}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":0}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":3601}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":1.5}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":\"60\"}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":true}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":99999999999999999999}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":1e999999999}",
        "on_disconnect|{\"prompt\":\"p\",\"on_disconnect\":\"ignore\"}",
        "on_disconnect|{\"prompt\":\"p\",\"on_disconnect\":\"cancel\"}",
        "json_schema|{\"prompt\":\"p\",\"json_schema\":[]}",
        "json_schema|{\"prompt\":\"p\",\"json_schema\":\"{}\"}",
        "max_budget_usd|{\"prompt\":\"p\",\"max_budget_usd\":0}",
        "max_budget_usd|{\"prompt\":\"p\",\"max_budget_usd\":\"1\"}",
        "max_budget_usd|{\"prompt\":\"p\",\"max_budget_usd\":1e-999999999}",
        "tools|{\"prompt\":\"p\",\"tools\":\"Read\"}",
        "tools|{\"prompt\":\"p\",\"tools\":[null]}",
        "tools|{\"prompt\":\"p\",\"tools\":[\"--x\"]}",
        "detach|{\"prompt\":\"p\",\"detach\":\"true\"}",
        "detach|{\"prompt\":\"p\",\"detach\":1}",
      })
  void a_value_that_is_not_allowed_is_refused_by_its_fields_name(String field, String body)
      throws Exception {
    HttpResponse<String> answer = forge.run(body);

    assertEquals(422, answer.statusCode(), answer.body());
    assertEquals("invalid_request", forge.json(answer).get("code").textValue());
    assertEquals(field, forge.json(answer).get("field").textValue());
    assertTrue(forge.json(answer).get("detail").textValue().contains(field));
    assertEquals(List.of(), forge.agents.received());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb"})
  void an_idempotency_key_that_is_not_printable_is_refused(String key) throws Exception {
    String answer =
        forge.raw(
            forge.rawRun("{\"prompt\":\"p\"}", "Connection: close", "Idempotency-Key: " + key));

    assertTrue(answer.startsWith("HTTP/1.1 422 "), answer);
    assertTrue(answer.contains("\"field\":\"Idempotency-Key\""), answer);
  }

  @Test
  void an_idempotency_key_longer_than_128_characters_is_refused() throws Exception {
    HttpResponse<String> longest =
        forge.run("{\"prompt\":\"p\"}", r -> r.header("Idempotency-Key", "k".repeat(128)));
    HttpResponse<String> longer =
        forge.run("{\"prompt\":\"p\"}", r -> r.header("Idempotency-Key", "k".repeat(129)));

    assertEquals(200, longest.statusCode());
    assertEquals(422, longer.statusCode());
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
  void more_tools_than_fit_into_an_argument_list_are_refused() throws Exception {
    String tools = "\"Read\",".repeat(100_000) + "\"Read\"";

    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"tools\":[" + tools + "]}");

    assertEquals(422, answer.statusCode(), answer.body());
    assertEquals("tools", forge.json(answer).get("field").textValue());
  }

  @Test
  void a_schema_may_have_64_kib() throws Exception {
    // Two bytes each in UTF-8; 64 KiB together with the rest of the schema.
    String about = "\u00fc".repeat((64 << 10) / 2 - 10);

    HttpResponse<String> longest =
        forge.run("{\"prompt\":\"p\",\"json_schema\": {\"title\" : \"12345678" + about + "\"}}");
    HttpResponse<String> longer =
        forge.run("{\"prompt\":\"p\",\"json_schema\":{\"title\":\"123456789" + about + "\"}}");

    assertEquals(200, longest.statusCode(), longest.body());
    assertEquals(422, longer.statusCode(), longer.body());
    assertEquals("invalid_request", forge.json(longer).get("code").textValue());
    assertEquals("json_schema", forge.json(longer).get("field").textValue());
    assertEquals(
        "json_schema is longer than 65536 bytes", forge.json(longer).get("detail").textValue());
    assertEquals(1, forge.agents.received().size());
  }

  @Test
  void json_of_very_many_values_is_malformed() throws Exception {
    String many = "[" + "[],".repeat(1_000_000) + "[]]";

    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"x\":" + many + "}");

    assertEquals(400, answer.statusCode());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"timeout_secs", "max_budget_usd"})
  void a_number_with_an_exponent_beyond_any_int_is_the_callers_mistake(String field)
      throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"" + field + "\":1e9999999999999}");

    assertEquals(400, answer.statusCode(), answer.body());
    assertEquals("malformed_request", forge.json(answer).get("code").textValue());
  }

  @Test
  void a_problem_with_the_body_does_not_quote_it() throws Exception {
    HttpResponse<String> answer = forge.run("{\"prompt\":hunter2}");

    assertEquals(400, answer.statusCode());
    assertTrue(!answer.body().contains("hunter2"), answer.body());
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
