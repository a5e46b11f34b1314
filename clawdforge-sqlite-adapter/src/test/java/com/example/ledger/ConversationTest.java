package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionRequest;
import com.clawdforge.core.session.SessionTestKit;
import com.clawdforge.core.session.TestSessionRequest;
import com.clawdforge.core.session.TestTurnRequest;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRequest;
import com.clawdforge.core.work.WorkState;
import org.junit.jupiter.api.Test;

final class ConversationTest {
  @Test
  void a_turn_is_answered_and_recorded() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.scripted((session, prompt) -> FakeRun.turn("heard " + prompt.text()))) {
      SessionRequest careful =
          TestSessionRequest.of("claude").permissions(Permissions.Mode.DENY_ALL).request();
      Session session = kit.sessions.open(SessionTestKit.APP, careful).session();

      TurnRequest hello = TestTurnRequest.of("hello").request();
      Turn turn = kit.turns.start(SessionTestKit.APP, session.id(), hello).await();

      assertEquals(WorkState.COMPLETED, turn.state());
      assertEquals(2, kit.ledger.events(session.id(), turn.index(), 0, Long.MAX_VALUE).size());
    }
  }
}
