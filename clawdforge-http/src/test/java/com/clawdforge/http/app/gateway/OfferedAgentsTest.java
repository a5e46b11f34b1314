package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.acpx.agent.AgentLaunch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OfferedAgentsTest {
  @Test
  void an_agent_that_nobody_knows_is_named_and_ours_are_not_looked_up() {
    assertEquals(
        List.of(
            "CLAWDFORGE_AGENTS lists gemni, whose sessions will fail: acpx knows no agent gemni"),
        OfferedAgents.problems(
            Set.of("claude", "codex", "gemni", "opencode"),
            agent ->
                switch (agent) {
                  case "gemni" -> new AgentLaunch.Missing("acpx knows no agent gemni");
                  case "opencode" -> new AgentLaunch.Found(List.of("opencode", "acp"));
                  default -> throw new AssertionError(agent);
                }));
  }
}
