package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a line of the CLI is read as. */
class ClaudeLineTest {
  @ParameterizedTest
  @CsvSource({"0.08328300000000001,0.083283", "0.000141,0.000141", "10.0,10", "1e-7,0.0000001"})
  void a_cost_is_what_was_meant_and_not_what_binary_fractions_make_of_it(
      String told, String meant) {
    ClaudeLine line =
        read("{\"type\":\"result\",\"subtype\":\"success\",\"total_cost_usd\":" + told + "}");

    ClaudeLine.Result result = assertInstanceOf(ClaudeLine.Result.class, line);
    assertEquals(meant, Optional.ofNullable(result.costUsd()).orElseThrow().toPlainString());
  }

  @Test
  void a_cost_that_is_not_reported_is_unknown() {
    ClaudeLine line = read("{\"type\":\"result\",\"total_cost_usd\":null}");

    assertEquals(
        Optional.empty(),
        Optional.ofNullable(assertInstanceOf(ClaudeLine.Result.class, line).costUsd()));
  }

  @Test
  void an_answer_to_a_control_request_tells_whether_it_was_refused() {
    String answer =
        "{\"type\":\"control_response\",\"response\":{\"subtype\":\"SAID\",\"request_id\":\"r\","
            + "\"response\":{\"subtype\":\"error\"}}}";

    assertEquals(new ClaudeLine.Control(true), read(answer.replace("SAID", "error")));
    assertEquals(new ClaudeLine.Control(false), read(answer.replace("SAID", "success")));
    assertEquals(new ClaudeLine.Control(false), read("{\"type\":\"control_request\"}"));
  }

  @Test
  void a_message_of_which_only_the_type_is_needed_is_json_to_its_end() {
    String event = "{\"type\":\"stream_event\",\"event\":{\"text\":\"x\"}}";

    assertEquals(new ClaudeLine.Other(), read(event));
    for (String broken :
        List.of(
            event.substring(0, event.length() - 1),
            event + "}",
            event + " x",
            event.replace("\"x\"", "x"),
            event.replace("\"x\"", ""))) {
      assertEquals(
          Optional.empty(), ClaudeLine.read(broken.getBytes(StandardCharsets.UTF_8)), broken);
    }
  }

  private static ClaudeLine read(String line) {
    return ClaudeLine.read(line.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
