package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.WorkObserver;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an observer is told of turns. */
final class TurnObservedTest {
  @Test
  void it_is_told_of_each_step_before_the_caller_is_answered() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.say(id, "x").await();

      assertEquals(
          List.of(id + ".1 accepted", id + ".1 started", id + ".1 spoke", id + ".1 completed"),
          stage.observed.told());
      assertEquals(
          new WorkObserver.Accepted(
              WorkObserver.Kind.TURN, id, 1, "app", "claude", null, "request-1"),
          stage.observed.accepted().getFirst());
    }
  }

  @Test
  void an_agent_that_lost_the_conversation_is_told() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").inConversation("of " + prompt.text()))) {
      String id = stage.open();
      stage.say(id, "one").await();
      stage.say(id, "two").await();

      assertEquals(id + ".2 completed context lost", stage.observed.told().getLast());
    }
  }

  @Test
  void a_turn_that_is_cancelled_in_the_line_never_started() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket first = stage.say(id, "hold");
      TurnTicket second = stage.say(id, "x");
      stage.turns.cancel(SessionTestKit.APP, id, 2);
      second.await();
      stage.release("hold");
      first.await();

      assertEquals(
          List.of(id + ".2 accepted", id + ".2 cancelled"),
          stage.observed.told().stream().filter(line -> line.startsWith(id + ".2")).toList());
    }
  }

  @Test
  void the_load_tells_who_runs_and_who_waits_for_the_session() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket first = stage.say(id, "hold");
      stage.agents.awaitTurns(1);
      TurnTicket second = stage.say(id, "x");

      assertEquals(new Load(1, 1, 64), stage.turns.load());
      stage.release("hold");
      first.await();
      second.await();
      assertEquals(new Load(0, 0, 64), stage.turns.load());
    }
  }
}
