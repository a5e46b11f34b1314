package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.http.kit.TestServer;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
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
}
