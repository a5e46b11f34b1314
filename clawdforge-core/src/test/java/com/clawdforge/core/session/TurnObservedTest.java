package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.WorkObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an observer learns about turns. */
final class TurnObservedTest {
  @Test
  void each_step_is_observed_before_the_caller_is_answered() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.prompt(id, "x").await();

      assertEquals(
          List.of(id + ".1 accepted", id + ".1 started", id + ".1 spoke", id + ".1 completed"),
          kit.observed.calls());
      assertEquals(
          new WorkObserver.Accepted(
              WorkObserver.Kind.TURN, id, 1, "app", "claude", null, "request-1"),
          kit.observed.accepted().getFirst());
    }
  }

  @Test
  void a_lost_conversation_is_observed() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").inConversation("of " + prompt.text()))) {
      String id = kit.open();
      kit.prompt(id, "one").await();
      kit.prompt(id, "two").await();

      assertEquals(id + ".2 completed context lost", kit.observed.calls().getLast());
    }
  }

  @Test
  void a_turn_that_is_cancelled_in_the_queue_never_started() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket first = kit.prompt(id, "hold");
      TurnTicket second = kit.prompt(id, "x");
      kit.turns.cancel(SessionTestKit.APP, id, 2);
      second.await();
      kit.release("hold");
      first.await();

      assertEquals(
          List.of(id + ".2 accepted", id + ".2 cancelled"),
          kit.observed.calls().stream().filter(line -> line.startsWith(id + ".2")).toList());
    }
  }

  @Test
  void the_load_counts_running_and_waiting_turns() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket first = kit.prompt(id, "hold");
      kit.agents.awaitTurns(1);
      TurnTicket second = kit.prompt(id, "x");

      assertEquals(new Load(1, 1, 64), kit.turns.load());
      kit.release("hold");
      first.await();
      second.await();
      assertEquals(new Load(0, 0, 64), kit.turns.load());
    }
  }
}
