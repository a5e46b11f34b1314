package com.clawdforge.acpx.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.agent.ClaudeProfile;
import com.clawdforge.acpx.agent.CodexProfile;
import com.clawdforge.acpx.program.ProviderTrouble;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.core.agent.AgentFailure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class TurnReaderTest {
  private static final String PROMPT =
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"session/prompt\",\"params\":{\"sessionId\":\"c1\",\"prompt\":[]}}";
  private static final String RESULT =
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}";

  private final RecordedTurn turn = new RecordedTurn();
  private final BlockingQueue<TurnSignal> signals = new LinkedBlockingQueue<>();
  private final TurnReader reader = new TurnReader(new ClaudeProfile(), turn, signals);

  @Test
  void handshake_prompt_and_what_follows_the_result_are_no_events() {
    read(
        "{\"id\":0,\"method\":\"initialize\",\"params\":{}}",
        "{\"id\":0,\"result\":{}}",
        PROMPT,
        RESULT,
        chunk("late"));

    assertEquals(List.of(RESULT), turn.events);
    assertEquals(List.of("c1"), turn.conversations);
    assertEquals("", reader.text());
  }

  @Test
  void the_agents_messages_are_handed_on_as_they_came() {
    String odd = "{ \"method\":\"session/update\" ,\"n\":1.0E2,\"params\":{\"x\":\"\\u00e9é\"}}";
    read(PROMPT, odd, chunk("a"), chunk("b"), RESULT);

    assertEquals(List.of(odd, chunk("a"), chunk("b"), RESULT), turn.events);
    assertEquals("ab", reader.text());
  }

  @Test
  void of_what_the_cli_says_itself_its_retries_are_events() {
    String said = "{\"method\":\"_claude/sdkMessage\",\"params\":{\"message\":{%s}}}";
    String retry =
        said.formatted(
            "\"type\":\"system\",\"subtype\":\"api_retry\",\"error_status\":529,"
                + "\"retry_delay_ms\":5,\"error\":\"overloaded\"");
    read(PROMPT, said.formatted("\"type\":\"result\",\"subtype\":\"success\""), retry, RESULT);

    assertEquals(List.of(retry, RESULT), turn.events);
  }

  @Test
  void an_answer_to_a_permission_with_the_prompts_id_does_not_end_the_turn() {
    String request = "{\"id\":3,\"method\":\"session/request_permission\",\"params\":{}}";
    String answer =
        "{\"id\":3,\"result\":{\"outcome\":{\"outcome\":\"selected\",\"optionId\":\"allow\"}}}";
    read(PROMPT, request, answer, chunk("a"), RESULT);

    assertEquals(List.of(request, answer, chunk("a"), RESULT), turn.events);
    assertEquals(
        List.of(
            new TurnSignal.Started(),
            new TurnSignal.Answered(new AcpMessage.Result("end_turn", null, false))),
        new ArrayList<>(signals));
  }

  @Test
  void what_the_client_sends_is_no_event() {
    read(PROMPT, "{\"method\":\"session/cancel\",\"params\":{\"sessionId\":\"c1\"}}", RESULT);

    assertEquals(List.of(RESULT), turn.events);
  }

  @Test
  void nothing_is_published_of_an_agent_that_has_lost_its_session() {
    read(
        PROMPT,
        "{\"id\":3,\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":{\"details\":\"Session"
            + " not found\"}}}");

    assertEquals(List.of(), turn.events);
    assertEquals(List.of(), turn.conversations);
    TurnSignal.Refused refused =
        assertInstanceOf(TurnSignal.Refused.class, new ArrayList<>(signals).getLast());
    assertEquals(true, new ClaudeProfile().hasLostSession(refused.failure()));
  }

  @Test
  void signals_of_an_abandoned_attempt_do_not_reach_the_next() {
    read(PROMPT);
    reader.stop();
    signals.clear();
    reader.onTooMuch("more");
    reader.onEnd();

    assertEquals(List.of(), new ArrayList<>(signals));
  }

  @Test
  void the_last_cost_counts() {
    read(PROMPT, cost("0.01"), cost("0.025"), RESULT);

    assertEquals(new BigDecimal("0.025"), reader.costUsd());
  }

  @Test
  void a_cost_that_is_no_amount_of_money_does_not_count() {
    read(PROMPT, cost("0.01"), cost("1e999999999"), cost("-1"), cost("\"2\""), RESULT);

    assertEquals(new BigDecimal("0.01"), reader.costUsd());
  }

  @Test
  void a_line_with_more_behind_its_message_is_none() {
    read(PROMPT, chunk("a") + "}", chunk("b") + ",{}", RESULT);

    assertEquals(List.of(RESULT), turn.events);
  }

  @Test
  void a_message_may_have_names_as_long_as_it_likes() {
    String wide = withParams("{\"" + "n".repeat(100_000) + "\":1}");
    read(PROMPT, wide, RESULT);

    assertEquals(List.of(wide, RESULT), turn.events);
  }

  @Test
  void a_claimed_original_is_published_only_if_it_is_a_message() {
    for (String claim : List.of("x", "{}}],", "{\\n}", "{\\\"method\\\":\\\"other\\\"}")) {
      turn.events.clear();
      String request =
          "{\"id\":0,\"method\":\"session/request_permission\",\"params\":{\"_meta\":{"
              + "\"clawdforge/asWritten\":\""
              + claim
              + "\"}}}";
      TurnReader fresh = new TurnReader(new ClaudeProfile(), turn, signals);
      read(fresh, PROMPT, request, RESULT);
      assertEquals(List.of(request, RESULT), turn.events);
    }
  }

  @Test
  void messages_of_an_awake_agent_between_turns_are_no_handshake() {
    read(chunk("by the way"), PROMPT, RESULT);

    assertFalse(reader.handshake());
    assertEquals(List.of(RESULT), turn.events);
  }

  @Test
  void an_agent_that_was_started_for_the_turn_is_a_new_one() {
    read("{\"id\":0,\"method\":\"initialize\",\"params\":{}}", PROMPT, RESULT);

    assertTrue(reader.handshake());
  }

  @Test
  void what_codex_says_without_an_id_is_no_answer() {
    TurnReader codex = codex();
    read(codex, PROMPT, chunk("Warning!"), answer("four"), RESULT);

    assertEquals("four", codex.text());
    assertFalse(codex.codex().gaveUp());
  }

  @Test
  void codexs_refused_login_is_reported_before_the_turn_ends() {
    for (String refusal :
        List.of(
            "{\"responseStreamDisconnected\":{\"httpStatusCode\":401}}",
            "{\"httpConnectionFailed\":{\"httpStatusCode\":403}}",
            "\"unauthorized\"")) {
      signals.clear();
      read(codex(), PROMPT, trouble(refusal));
      assertEquals(
          List.of(new TurnSignal.Started(), new TurnSignal.LoginRefused("wrong key")),
          new ArrayList<>(signals));
    }
  }

  @Test
  void other_trouble_of_codex_counts_only_if_it_gives_up() {
    TurnReader recovered = codex();
    String broken = "{\"responseStreamDisconnected\":{\"httpStatusCode\":500}}";
    read(recovered, PROMPT, status("active"), trouble(broken), answer("four"), status("idle"));
    assertFalse(recovered.codex().gaveUp());

    TurnReader given = codex();
    read(given, PROMPT, trouble(broken), status("systemError"), chunk("It broke.\\n"), RESULT);
    assertTrue(given.codex().gaveUp());
    ProviderTrouble trouble = given.codex().trouble(null);
    assertEquals(AgentFailure.FAILED, trouble.failure());
    assertEquals("It broke.", trouble.message());
    assertEquals("", given.text());
  }

  private TurnReader codex() {
    return new TurnReader(new CodexProfile(), turn, signals);
  }

  private static String withParams(String params) {
    return "{\"method\":\"session/update\",\"params\":" + params + "}";
  }

  private static String answer(String text) {
    return chunk(text).replace("\"content\"", "\"messageId\":\"m1\",\"content\"");
  }

  private static String status(String type) {
    return codexNote("{\"threadStatus\":{\"type\":\"" + type + "\",\"activeFlags\":[]}}");
  }

  private static String trouble(String info) {
    return codexNote(
        "{\"error\":{\"message\":\"Reconnecting\",\"codexErrorInfo\":"
            + info
            + ",\"additionalDetails\":\"wrong key\",\"misalignment\":null,\"willRetry\":true}}");
  }

  private static String codexNote(String note) {
    return "{\"method\":\"session/update\",\"params\":{\"sessionId\":\"c1\",\"update\":{\"sessionUpdate\":"
        + "\"session_info_update\",\"_meta\":{\"codex\":"
        + note
        + "}}}}";
  }

  private void read(String... lines) {
    read(reader, lines);
  }

  private static void read(TurnReader reader, String... lines) {
    for (String line : lines) {
      reader.onLine(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String chunk(String text) {
    return "{\"method\":\"session/update\",\"params\":{\"sessionId\":\"c1\",\"update\":{\"sessionUpdate\":"
        + "\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\""
        + text
        + "\"}}}}";
  }

  private static String cost(String amount) {
    return "{\"method\":\"session/update\",\"params\":{\"update\":{\"sessionUpdate\":\"usage_update\",\"cost\":"
        + "{\"amount\":"
        + amount
        + ",\"currency\":\"USD\"}}}}";
  }
}
