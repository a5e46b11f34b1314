package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does between turns: nothing, unless the session allows it; then it is reported. */
@PermissionTest
@Timeout(120)
final class BackgroundTest {
  private static final ModelReply LATER =
      ModelReply.toolUse(
          "Bash",
          Map.of("command", "sleep 1; echo over", "description", "d", "run_in_background", true));

  @TempDir Path temp;

  @Test
  void a_background_command_asks_the_model_and_its_cost_is_reported_once() throws Exception {
    AgentSession session = session(true);
    try (OfflineModel model = OfflineModel.start(BackgroundTest::answer);
        RealAgents agents = agents(model)) {
      AgentOutcome outcome = agents.turn(session, "go").outcome();
      BigDecimal turn = cost(assertInstanceOf(AgentOutcome.Completed.class, outcome));
      model.awaitRequest(BackgroundTest::isUnasked, Duration.ofSeconds(20));

      BigDecimal spent = awaitCost(agents, session);
      assertTrue(spent.signum() > 0 && spent.compareTo(BigDecimal.ONE) < 0, spent::toString);
      assertEquals(Optional.empty(), agents.sessions.takeBackgroundCost(session));
      // The next turn costs as much as the first one's last request, without the background work.
      AgentOutcome.Completed next =
          assertInstanceOf(AgentOutcome.Completed.class, agents.turn(session, "again").outcome());
      assertTrue(cost(next).compareTo(turn.add(spent)) < 0, next::toString);
      agents.sessions.close(session);
    }
  }

  @Test
  void without_it_the_command_is_waited_for_and_nothing_follows_the_turn() throws Exception {
    AgentSession session = session(false);
    try (OfflineModel model = OfflineModel.start(BackgroundTest::answer);
        RealAgents agents = agents(model)) {
      assertInstanceOf(AgentOutcome.Completed.class, agents.turn(session, "go").outcome());
      int asked = model.requests().size();

      assertThrows(
          TimeoutException.class,
          () -> model.awaitRequest(BackgroundTest::isUnasked, Duration.ofSeconds(5)));
      assertEquals(asked, model.requests().size());
      assertEquals(Optional.empty(), agents.sessions.takeBackgroundCost(session));
      agents.sessions.close(session);
    }
  }

  @Test
  void agents_that_do_not_tell_are_not_allowed_it() {
    try (OfflineModel model = OfflineModel.start(BackgroundTest::answer);
        RealAgents agents = agents(model)) {
      AgentSession codex =
          new AgentSession(
              UUID.randomUUID().toString(),
              "an owner",
              "codex",
              null,
              null,
              Permissions.Mode.APPROVE_ALL,
              null,
              true,
              null,
              null);
      assertEquals(
          "background",
          assertInstanceOf(SessionOpening.Unsupported.class, agents.sessions.open(codex)).field());
    }
  }

  private static ModelReply answer(ModelRequest request) {
    if (request.userBlocks().toString().contains("tool_result") || isUnasked(request)) {
      return ModelReply.text("said");
    }
    return request.lastUserText().contains("go") ? LATER : ModelReply.text("said");
  }

  private static boolean isUnasked(ModelRequest request) {
    return request.userBlocks().toString().contains("task-notification");
  }

  private static BigDecimal awaitCost(RealAgents agents, AgentSession session)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      Optional<BigDecimal> cost = agents.sessions.takeBackgroundCost(session);
      if (cost.isPresent()) {
        return cost.get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no cost was told within 20 s");
      }
      Thread.sleep(Duration.ofMillis(20));
    }
  }

  private static BigDecimal cost(AgentOutcome.Completed done) {
    return Optional.ofNullable(done.report().costUsd()).orElseThrow();
  }

  private RealAgents agents(OfflineModel model) {
    return new RealAgents(
        temp,
        Map.of(
            "HOME", temp.resolve("home").toString(),
            "PATH", String.valueOf(System.getenv("PATH")),
            "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
            "ANTHROPIC_API_KEY", AttemptSite.API_KEY),
        List.of());
  }

  private static AgentSession session(boolean background) {
    String id = UUID.randomUUID().toString();
    return new AgentSession(
        id,
        id,
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        background,
        null,
        null);
  }
}
