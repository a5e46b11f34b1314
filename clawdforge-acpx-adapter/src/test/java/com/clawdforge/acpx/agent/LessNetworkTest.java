package com.clawdforge.acpx.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which agents can be kept from the network, and what becomes of a session that cannot any more.
 */
final class LessNetworkTest {
  @TempDir Path temp;

  @Test
  void claude_can_be_kept_from_the_network_where_the_kernel_does_and_no_other_agent() {
    Isolation isolation = Isolation.of(Isolation.Wish.AUTO);
    assumeTrue(isolation.keepsNetwork(), isolation::what);
    SessionSettings settings = settings(isolation);

    assertEquals(Optional.empty(), new Agents(settings).objectionToLessNetwork("claude"));
    assertTrue(new Agents(settings).objectionToLessNetwork("codex").isPresent());
    assertTrue(Agents.onAcpx(settings).objectionToLessNetwork("claude").isPresent());
    assertTrue(new Agents(settings(Isolation.none())).objectionToLessNetwork("claude").isPresent());
  }

  @Test
  void a_session_that_was_to_be_kept_from_the_network_has_no_agent_where_it_cannot_be() {
    Agents agents = new Agents(settings(Isolation.none()));

    AgentLaunch launch = agents.find(session(Network.MODEL));

    AgentLaunch.Missing missing = assertInstanceOf(AgentLaunch.Missing.class, launch);
    assertTrue(missing.why().contains("no more of the network than model"), missing::why);
    assertEquals(agents.find("claude"), agents.find(session(Network.ALL)));
  }

  private static AgentSession session(Network network) {
    return new AgentSession(
        "id",
        "token",
        "claude",
        null,
        null,
        Permissions.Mode.APPROVE_ALL,
        network,
        null,
        false,
        null,
        null);
  }

  private SessionSettings settings(Isolation isolation) {
    return new SessionSettings(
        PinnedAgents.program("claude"),
        PinnedAgents.program("acpx"),
        PinnedAgents.program("node"),
        AgentEnvironment.from(Map.of("HOME", temp.toString()), List.of()),
        temp,
        List.of(),
        Map.of(),
        Duration.ofMinutes(1),
        isolation);
  }
}
