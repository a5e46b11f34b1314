package com.clawdforge.acpx.oneshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerSchemaTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "nonsense",
        "{\"type\":\"nonsense\"}",
        "{\"type\":\"object\",\"properties\":[]}",
        "{\"$schema\":\"https://example.com/mine\"}",
        "{\"$ref\":\"#/nowhere\"}",
        "{\"$ref\":\"http://127.0.0.1:1/schema.json\"}",
        "{\"$ref\":\"file:///etc/passwd\"}",
      })
  void what_is_no_usable_schema_is_refused_before_a_run(String schema) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> AnswerSchema.parse(schema));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("it "), refused::getMessage);
  }

  @Test
  void a_schema_that_names_a_url_makes_us_fetch_nothing() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/schema.json";
      assertThrows(
          IllegalArgumentException.class,
          () -> AnswerSchema.parse("{\"properties\":{\"a\":{\"$ref\":\"" + url + "\"}}}"));
      assertEquals(0, requests.get());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_schema_without_end_is_refused() {
    AnswerSchema schema = AnswerSchema.parse("{\"$ref\":\"#\"}");
    assertTrue(schema.problemWith("{}").isPresent());
  }

  @Test
  void an_expression_that_backtracks_for_ever_is_given_up() {
    AnswerSchema schema = AnswerSchema.parse("{\"pattern\":\"^(.*a){25}$\"}");
    assertGivenUp(schema, '"' + "a".repeat(60) + "!\"");
  }

  @ParameterizedTest
  @CsvSource({"allOf, '\"valid\"'", "anyOf, 1"})
  void references_that_double_at_each_step_are_given_up(String keyword, String answer) {
    StringBuilder schema = new StringBuilder("{\"$ref\":\"#/$defs/0\",\"$defs\":{");
    for (int i = 0; i < 40; i++) {
      String next = "{\"$ref\":\"#/$defs/" + (i + 1) + "\"}";
      schema.append("\"%d\":{\"%s\":[%s,%s]},".formatted(i, keyword, next, next));
    }
    assertGivenUp(AnswerSchema.parse(schema + "\"40\":{\"type\":\"string\"}}}"), answer);
  }

  @Test
  void what_is_said_of_an_answer_does_not_quote_a_whole_schema() {
    AnswerSchema schema = AnswerSchema.parse("{\"enum\":[\"" + "x".repeat(100_000) + "\"]}");
    assertTrue(schema.problemWith("1").orElse("").length() < 2000);
  }

  private static void assertGivenUp(AnswerSchema schema, String answer) {
    Optional<String> problem =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> schema.problemWith(answer));
    assertTrue(problem.orElse("").contains("too long"), problem::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type":"integer"} | 1 | true
          {"type":"integer"} | "1" | false
          {"type":"object","required":["a"]} | {"a":null} | true
          {"type":"object","required":["a"]} | {} | false
          {"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}]} | ["a"] | true
          {"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}]} | [1] | false
          {"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"number"}}} | [1,2.5] | true
          {"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"number"}}} | ["x"] | false
          """)
  void answers_are_held_to_the_whole_schema(String schema, String answer, boolean valid) {
    assertEquals(valid, AnswerSchema.parse(schema).problemWith(answer).equals(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"} | {"type":"object"}
          {"type":"string","format":"email","x-a":1} | {"type":"string"}
          {"properties":{"format":{"type":"string","format":"date"}}} | {"properties":{"format":{"type":"string"}}}
          {"anyOf":[{"x-a":1,"type":"null"},true]} | {"anyOf":[{"type":"null"},true]}
          {"enum":[{"format":"kept"}],"default":{"x-a":1}} | {"enum":[{"format":"kept"}],"default":{"x-a":1}}
          {"prefixItems":[{"type":"integer"}],"items":false} | {"additionalItems":false,"items":[{"type":"integer"}]}
          {"type":"object","dependentRequired":{"a":["b"]}} | {"type":"object"}
          """)
  void the_cli_gets_only_what_its_validator_takes(String schema, String expected) {
    assertEquals(expected, AnswerSchema.parse(schema).forTheCli());
  }
}
