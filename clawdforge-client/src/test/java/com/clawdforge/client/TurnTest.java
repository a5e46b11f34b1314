package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.internal.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TurnTest {
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private Session open() {
    gateway.answers(200, SessionTest.OPEN);
    return client.session(SessionOptions.agent("claude"));
  }

  @Test
  void a_turn_returns_its_text_and_all_events() throws Exception {
    Session session = open();
    gateway.answers(200, SessionTest.TURN);

    TurnResult result =
        session.turn(
            TurnRequest.builder()
                .prompt("Hi")
                .file("ff_1")
                .timeout(Duration.ofMillis(1_500))
                .queue(false)
                .build());

    assertEquals("Hello", result.text());
    assertEquals("end_turn", result.stopReason());
    assertEquals(2, result.turnIndex());
    assertEquals(Duration.ofMillis(12), result.duration());
    assertEquals(Json.MAPPER.readTree(SessionTest.TURN), result.json());
    assertEquals(5, result.events().size());
    TurnEvent.ToolCall call = (TurnEvent.ToolCall) result.events().get(1);
    assertEquals(List.of("t1", "ls", "execute", "pending"), words(call));
    TurnEvent.ToolUpdate update = (TurnEvent.ToolUpdate) result.events().get(2);
    assertNull(update.title());
    assertEquals("completed", update.status());
    assertEquals("end_turn", result.events().get(4).raw().at("/result/stopReason").textValue());
    StubGateway.Request asked = gateway.requests().get(1);
    assertEquals("POST /sessions/s1/turn", asked.line());
    assertEquals(
        Json.MAPPER.readTree(
            "{\"prompt\":\"Hi\",\"files\":[\"ff_1\"],\"timeout_secs\":2,\"queue\":false}"),
        asked.json());
  }

  @Test
  void a_turn_has_its_cost_in_the_answer_and_its_tokens_in_the_ledger() {
    Session session = open();
    gateway
        .answers(200, SessionTest.TURN, "X-Clawdforge-Cost-Usd", "0.25")
        .answers(200, RunTest.USED);
    TurnResult result = session.turn("Hi");
    assertEquals(new BigDecimal("0.25"), result.costUsd());
    assertEquals(2, gateway.requests().size());

    assertEquals(new Usage(12, 7, 1, 2), result.usage());
    assertEquals(new BigDecimal("0.25"), result.costUsd());
    assertEquals("GET /sessions/s1/turns/2", gateway.requests().get(2).line());
    assertEquals(3, gateway.requests().size());
  }

  @Test
  void a_streamed_turn_has_cost_and_tokens_in_the_ledger() {
    Session session = open();
    gateway
        .streams(out -> out.write("event: turn\ndata: {\"turn_index\":2,\"duration_ms\":1}\n\n"))
        .answers(200, RunTest.USED);
    TurnResult result = session.turnAsync("Hi").join();

    assertEquals(new BigDecimal("0.5"), result.costUsd());
    assertEquals(new Usage(12, 7, 1, 2), result.usage());
    assertEquals(3, gateway.requests().size());
  }

  private static List<String> words(TurnEvent.ToolCall call) {
    return List.of(
        call.id(),
        String.valueOf(call.title()),
        String.valueOf(call.kind()),
        String.valueOf(call.status()));
  }

  @Test
  void a_turn_whose_connection_broke_is_resent_under_its_key() {
    Session session = open();
    gateway.breaksOff().answers(200, SessionTest.TURN);

    assertEquals("Hello", session.turn("Hi").text());
    assertEquals(
        gateway.requests().get(1).header("Idempotency-Key"),
        gateway.requests().get(2).header("Idempotency-Key"));
  }

  @Test
  void a_turn_on_a_closed_session_is_refused() {
    Session session = open();
    gateway.answers(410, "{\"code\":\"session_closed\",\"detail\":\"session s1 was closed\"}");

    ForgeApiException e = assertThrows(ForgeApiException.class, () -> session.turn("Hi"));

    assertEquals("session_closed", e.code());
  }

  @Test
  void a_turn_can_be_started_without_waiting_for_it() throws Exception {
    Session session = open();
    gateway.answers(202, "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":7}");

    assertEquals(7, session.start(TurnRequest.of("Hi")));
    assertEquals(
        Json.MAPPER.readTree("{\"prompt\":\"Hi\",\"detach\":true}"),
        gateway.requests().get(1).json());
  }

  @Test
  void an_agents_message_may_have_long_names_and_longer_texts() {
    Session session = open();
    String text = "x".repeat(21_000_000);
    String event =
        SessionTest.chunk(text)
            .replace("\"jsonrpc\"", "\"" + "n".repeat(60_000) + "\":1,\"jsonrpc\"");
    gateway.answers(
        200,
        "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":2,\"events\":["
            + event
            + "],\"stop_reason\":\"end_turn\",\"duration_ms\":12}");

    assertEquals(text.length(), session.turn("go").text().length());
  }

  @Test
  void a_turn_may_have_warnings() {
    Session session = open();
    String answer =
        "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":2,\"events\":[],"
            + "\"stop_reason\":\"end_turn\",\"duration_ms\":12}";
    gateway.answers(200, answer).answers(200, answer.replace("}", ",\"warnings\":[\"one\"]}"));

    assertEquals(List.of(), session.turn("go").warnings());
    assertEquals(List.of("one"), session.turn("go").warnings());
  }

  @Test
  void cancelling_returns_whether_a_turn_ended() {
    Session session = open();
    gateway
        .answers(200, "{\"ok\":true,\"cancelled\":true}")
        .answers(200, "{\"ok\":true,\"cancelled\":false}");

    assertTrue(session.cancel());
    assertFalse(session.cancel());
    assertEquals("POST /sessions/s1/cancel", gateway.requests().get(1).line());
  }

  @Test
  void a_turn_request_checks_prompt_timeout_and_key() {
    assertThrows(IllegalStateException.class, () -> TurnRequest.builder().build());
    TurnRequest.Builder turn = TurnRequest.builder();
    assertThrows(IllegalArgumentException.class, () -> turn.timeout(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> turn.idempotencyKey("a\nb"));
  }

  @Test
  void turns_are_read_listed_and_cancelled_by_their_index() {
    String turn =
        "{\"session_id\":\"s1\",\"turn_index\":2,\"state\":\"timed_out\",\"stop_reason\":null,"
            + "\"created_at\":1795238000,\"started_at\":\"2026-11-21T05:12:44.120Z\",\"queue_ms\":3,"
            + "\"duration_ms\":12,\"usage\":{\"input_tokens\":1,\"output_tokens\":2},"
            + "\"cost_usd\":0.10,\"context_lost\":true,\"prompt_bytes\":5,\"files\":1,"
            + "\"error\":{\"code\":\"agent_timeout\",\"detail\":\"late\"},\"request_id\":\"q1\","
            + "\"warnings\":[\"w\"]}";
    gateway
        .answers(200, turn)
        .answers(200, "{\"turns\":[" + turn + "],\"next_cursor\":null}")
        .answers(200, "{\"events\":[" + SessionTest.chunk("a") + "],\"state\":\"running\"}")
        .answers(200, "{\"ok\":true,\"cancelled\":true}");
    Session session = client.reattach("s1");

    TurnInfo info = session.getTurn(2);

    assertEquals(WorkState.TIMED_OUT, info.state());
    assertEquals(Duration.ofMillis(3), info.queued());
    assertEquals(new Usage(1, 2, 0, 0), info.usage());
    assertTrue(info.contextLost());
    assertEquals(List.of("w"), info.warnings());
    assertEquals(new Failure("agent_timeout", "late"), info.error());
    assertEquals(List.of(info), session.turns(10));
    assertEquals(1, session.events(2).size());
    assertTrue(session.cancel(2));
    assertEquals(
        List.of(
            "GET /sessions/s1/turns/2",
            "GET /sessions/s1/turns?limit=10",
            "GET /sessions/s1/turns/2/events",
            "POST /sessions/s1/turns/2/cancel"),
        gateway.requests().stream().map(StubGateway.Request::line).toList());
  }
}
