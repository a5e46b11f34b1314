package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelTokens;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of an answer while it passes, however it is cut into parts. */
@Timeout(60)
final class AnswerReaderTest {
  private static final String STREAM =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","content":[],"model":"claude-opus-5",\
      "usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":7,\
      "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},\
      "output_tokens":1}}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",\
      "text":"{\\"usage\\":{\\"output_tokens\\":9999}} \\\\"}}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},\
      "usage":{"output_tokens":42,"server_tool_use":{"web_search_requests":2},"speed":"fast"}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100_000})
  void the_counts_of_a_stream_are_those_of_its_events(int part) {
    AnswerReader reader = read(true, STREAM, part);

    assertTrue(reader.isComplete());
    assertEquals("claude-opus-5", reader.model());
    assertEquals(new ModelTokens(12, 42, 7, 100, 200, 2, true), reader.tokens());
  }

  @Test
  void lines_may_end_as_the_standard_lets_them() {
    for (String end : new String[] {"\r\n", "\r"}) {
      AnswerReader reader = read(true, STREAM.replace("\n", end), 3);

      assertTrue(reader.isComplete());
      assertEquals(42, reader.tokens().output());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void the_counts_of_a_body_are_its_own_and_not_those_in_a_text_or_a_tool_call(int part) {
    AnswerReader reader =
        read(
            false,
            """
            {"type":"message","content":[{"type":"tool_use","usage":{"output_tokens":9999},
              "input":{"usage":{"output_tokens":9999},"model":"x"}}],
             "deep":{"usage":{"output_tokens":9999}}, "model" : "claude-sonnet-5",
             "usage" : { "input_tokens" : 12 , "output_tokens":42, "cache_read_input_tokens":null}}
            """,
            part);

    assertTrue(reader.isComplete());
    assertEquals("claude-sonnet-5", reader.model());
    assertEquals(ModelTokens.of(12, 42), reader.tokens());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000})
  void what_the_provider_did_beside_the_answer_is_added_up_at_the_prices_of_its_models(int part) {
    String usage =
        """
        "usage":{"input_tokens":12,"output_tokens":42,"iterations":[\
        {"type":"compaction","input_tokens":1000,"output_tokens":100},\
        {"type":"message","input_tokens":12,"output_tokens":42},\
        {"type":"advisor_message","model":"claude-opus-4-1","input_tokens":0,"output_tokens":200,\
        "cache_creation_input_tokens":30,"cache_creation":{"ephemeral_1h_input_tokens":10}},\
        7,[{"type":"compaction","output_tokens":5000}]]}""";
    BigDecimal cost =
        ModelPrices.cost("claude-sonnet-5", ModelTokens.of(1000, 100))
            .add(ModelPrices.cost("claude-opus-4-1", new ModelTokens(0, 200, 0, 20, 10, 0, false)));

    AnswerReader body =
        read(false, "{\"model\":\"claude-sonnet-5\"," + usage + ",\"id\":\"x\"}", part);
    String event = "data: {\"type\":\"message_delta\"," + usage + "}\n\n";
    AnswerReader stream =
        read(
            true,
            "data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-5\"}}\n\n"
                + event
                + event
                + "data: {\"type\":\"message_stop\"}\n\n",
            part);

    for (AnswerReader reader : List.of(body, stream)) {
      assertTrue(reader.isComplete());
      assertEquals(ModelTokens.of(12, 42), reader.tokens());
      assertEquals(0, cost.compareTo(reader.besideUsd()), () -> reader.besideUsd() + " USD");
    }
  }

  @Test
  void the_counts_of_the_responses_api_are_read_and_its_cached_tokens_are_part_of_its_input() {
    AnswerReader reader =
        read(
            true,
            """
            data: {"type":"response.created","response":{"model":"gpt-5","usage":null}}

            data: {"type":"response.completed","response":{"model":"gpt-5","output":[],"usage":\
            {"input_tokens":50,"input_tokens_details":{"cached_tokens":20},"output_tokens":8}}}

            """,
            5);

    assertTrue(reader.isComplete());
    assertEquals("gpt-5", reader.model());
    assertEquals(new ModelTokens(30, 8, 20, 0, 0, 0, false), reader.tokens());
  }

  @Test
  void half_an_answer_has_the_counts_that_came() {
    AnswerReader reader = read(true, STREAM.substring(0, STREAM.indexOf("event: message_d")), 9);

    assertFalse(reader.isComplete());
    assertTrue(reader.isCounted());
    assertEquals(new ModelTokens(12, 1, 7, 100, 200, 0, false), reader.tokens());
    assertTrue(reader.pieces() > 30 && reader.pieces() < 100, () -> reader.pieces() + " bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "}}}]]]",
        "[{\"usage\":{\"output_tokens\":9}}]",
        "\"text",
        "<html>",
        "{\"usage\":{\"output_tokens\":\"many\",\"input_tokens\":-3,\"speed\":1e9}}",
        "{\"usage\":{\"output_tokens\":99999999999999999999999999}}",
        "{\"usage\":{\"output_tokens\" 5}}",
        "{\"model\\u0022\":\"a\",\"usage\":[5]}"
      })
  void what_is_no_answer_has_no_counts(String text) {
    AnswerReader reader = read(false, text, 1);

    assertEquals(ModelTokens.NONE, reader.tokens());
    assertNull(reader.model());
    read(true, "data:" + text + "\n", 1);
  }

  @Test
  void an_event_and_a_body_of_a_hundred_megabytes_are_not_kept() {
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) 'a');
    byte[] nested = new byte[1 << 20];
    Arrays.fill(nested, (byte) '[');
    for (byte[] filling : new byte[][] {megabyte, nested}) {
      for (boolean events : new boolean[] {true, false}) {
        AnswerReader reader = new AnswerReader(events);
        reader.read(bytes((events ? "data: " : "") + "{\"model\":\"m\",\"text\":"));
        if (filling[0] == 'a') {
          reader.read(bytes("\""));
        }
        long before = used();
        for (int i = 0; i < 100; i++) {
          reader.read(ByteBuffer.wrap(filling));
        }
        long grown = used() - before;

        assertTrue(grown < 8 << 20, () -> "grown by " + grown);
        assertEquals("m", reader.model());
      }
    }
  }

  // At least what is still referred to.
  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static AnswerReader read(boolean events, String text, int part) {
    AnswerReader reader = new AnswerReader(events);
    ByteBuffer all = bytes(text);
    while (all.hasRemaining()) {
      ByteBuffer next = all.slice(all.position(), Math.min(part, all.remaining()));
      reader.read(next);
      assertEquals(Math.min(part, all.remaining()), next.remaining());
      all.position(all.position() + next.remaining());
    }
    return reader;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
