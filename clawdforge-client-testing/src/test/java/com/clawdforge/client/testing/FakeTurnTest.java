package com.clawdforge.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.ForgeAgentException;
import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Permissions;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnRequest;
import com.clawdforge.client.TurnResult;
import com.clawdforge.client.TurnStream;
import com.clawdforge.client.Usage;
import com.clawdforge.client.WorkState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FakeTurnTest {
  private final FakeGateway gateway = FakeGateway.start();
  private final ForgeClient forge = gateway.client();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void a_script_sees_the_session_of_a_turn() {
    gateway.onTurn(
        call -> FakeAnswer.text(call.sessionId() + " " + call.turnIndex() + " " + call.model()));
    SessionOptions options =
        SessionOptions.builder()
            .agent("codex")
            .model("small")
            .permissions(Permissions.DENY_ALL)
            .meta(Wire.object().put("user", 7))
            .build();
    try (Session session = forge.session(options)) {
      assertEquals(session.id() + " 1 small", session.turn("one").text());
      assertEquals(session.id() + " 2 small", session.turn("two").text());

      assertEquals("codex", session.info().agent());
      assertEquals(Permissions.DENY_ALL, session.info().permissions());
      assertEquals(7, session.info().meta().path("user").intValue());
      assertEquals(1, gateway.openSessions());
    }
    assertEquals(0, gateway.openSessions());
    assertEquals(List.of("one", "two"), gateway.turns().stream().map(PromptCall::prompt).toList());
  }

  @Test
  void a_turn_has_usage_and_cost_in_every_way() {
    gateway.answerTurns(
        FakeAnswer.text("ok").usage(new Usage(1, 2, 3, 4)).costUsd(new BigDecimal("0.5")));
    Session session = forge.session();
    for (TurnResult result : List.of(session.turn("a"), session.turnAsync("b").join())) {
      assertEquals(new Usage(1, 2, 3, 4), result.usage());
      assertEquals(new BigDecimal("0.5"), result.costUsd());
    }
  }

  @Test
  void a_stream_delivers_tool_calls_and_resumes_after_a_broken_connection() {
    gateway.answerTurns(FakeAnswer.text("a", "b").toolCall("ls", "execute").breaksAfter(1));
    List<String> seen = new ArrayList<>();
    try (Session session = forge.session();
        TurnStream turn = session.stream("look")) {
      for (TurnEvent event : turn) {
        if (event instanceof TurnEvent.ToolCall call) {
          seen.add(call.title() + " " + call.kind() + " " + call.status());
        } else if (event instanceof TurnEvent.ToolUpdate update) {
          seen.add(String.valueOf(update.status()));
        } else if (event instanceof TurnEvent.Text text) {
          seen.add(text.text());
        }
      }
      assertEquals("ab", turn.result().text());
    }

    assertEquals(List.of("ls execute pending", "completed", "a", "b"), seen);
    assertEquals(1, gateway.turns().size());
    RecordedRequest again = gateway.requests().get(2);
    assertEquals("1.1", again.header("Last-Event-ID"));
  }

  @Test
  void a_failed_turn_does_not_end_the_session() {
    gateway.answerTurns(
        FakeAnswer.error("agent_failed", "it broke"), FakeAnswer.text("better now"));
    Session session = forge.session();

    ForgeAgentException e = assertThrows(ForgeAgentException.class, () -> session.turn("go"));
    assertEquals("it broke", e.detail());
    assertEquals(WorkState.FAILED, session.getTurn(1).state());
    assertEquals("better now", session.turn("go on").text());
  }

  @Test
  void a_turn_waits_for_the_one_before_it_unless_it_does_not_want_to() {
    gateway.answerTurns(FakeAnswer.waits(), FakeAnswer.text("second"));
    Session session = forge.session();
    CompletableFuture<TurnResult> first = session.turnAsync("one");
    while (session.refresh().activeTurn() == null) {
      Thread.onSpinWait();
    }

    TurnRequest hasty = TurnRequest.builder().prompt("now").queue(false).build();
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> session.turn(hasty));
    assertEquals("turn_in_progress", e.code());
    int second = session.start(TurnRequest.of("two"));
    assertEquals(WorkState.QUEUED, session.getTurn(second).state());
    assertTrue(session.cancel(1));
    assertEquals("cancelled", first.join().stopReason());
    try (TurnStream turn = session.follow(second)) {
      assertEquals("second", turn.result().text());
    }
  }
}
