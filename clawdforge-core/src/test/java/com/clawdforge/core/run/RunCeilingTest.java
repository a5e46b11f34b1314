package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.page.PageRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a token's limits permit a run to do. */
final class RunCeilingTest {
  private static final Permissions READING =
      new Permissions.Policy(Set.of(ToolKind.READ), Set.of(), false);

  private static final Permissions NO_FETCH =
      new Permissions.Policy(Set.of(), Set.of(ToolKind.FETCH), true);

  @Test
  void a_token_that_lacks_the_agent_of_runs_runs_nothing() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Caller caller = caller(new TokenLimits(Set.of("codex"), null));

      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () -> kit.runs.start(caller, TestRunRequest.of("go").request()));
      assertEquals(List.of(), kit.runs.list(caller, PageRequest.all()).items());
    }
  }

  @Test
  void a_token_that_names_the_agent_of_runs_runs() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Caller caller = caller(new TokenLimits(Set.of("codex", "claude"), null));

      kit.runs.start(caller, TestRunRequest.of("go").request()).await();

      assertNull(started(kit).ceiling());
    }
  }

  @Test
  void a_tool_beyond_the_ceiling_cannot_be_named() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Caller caller = caller(new TokenLimits(null, READING));

      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () -> kit.runs.start(caller, TestRunRequest.of("go").tools("Read", "Bash").request()));
      assertEquals(List.of(), kit.agents.received());
    }
  }

  @Test
  void the_agent_gets_the_ceiling() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Caller caller = caller(new TokenLimits(null, READING));

      kit.runs.start(caller, TestRunRequest.of("go").tools("Read").request()).await();

      assertEquals(READING, started(kit).ceiling());
      assertEquals(List.of("Read"), started(kit).tools());
    }
  }

  @Test
  void a_run_reaches_all_of_the_network_only_with_tools_that_need_it() throws Exception {
    assertEquals(Network.MODEL, network(null, null));
    assertEquals(Network.MODEL, network(null, null, "Read"));
    assertEquals(Network.ALL, network(null, null, "Read", "Bash"));
    assertEquals(Network.ALL, network(Permissions.Mode.APPROVE_ALL, null, "Bash"));
    assertEquals(Network.MODEL, network(NO_FETCH, null, "Bash"));
    assertEquals(Network.NONE, network(null, Network.NONE, "Bash"));
    assertEquals(Network.ALL, network(null, Network.ALL));
  }

  @Test
  void a_run_with_less_of_the_network_is_refused_where_nothing_keeps_it_to_that() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () ->
              kit.runs.start(
                  caller(TokenLimits.NONE),
                  TestRunRequest.of("go").network(Network.MODEL).request()));
      kit.runs.start(caller(TokenLimits.NONE), TestRunRequest.of("go").request()).await();

      assertEquals(Network.ALL, started(kit).network());
      assertEquals(1, kit.runs.list(caller(TokenLimits.NONE), PageRequest.all()).items().size());
    }
  }

  private static Network network(
      @Nullable Permissions ceiling, @Nullable Network requested, String... tools)
      throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.agents.keepingNetwork();
      Caller caller = caller(new TokenLimits(null, ceiling));
      TestRunRequest request = TestRunRequest.of("go").network(requested);
      if (tools.length > 0) {
        request.tools(tools);
      }
      kit.runs.start(caller, request.request()).await();
      Network given = started(kit).network();
      Run recorded = kit.runs.list(caller, PageRequest.all()).items().getFirst();
      assertEquals(given, recorded.network());
      return given;
    }
  }

  @Test
  void a_key_of_a_request_beyond_the_ceiling_may_be_used_again() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      Caller caller = caller(new TokenLimits(null, Permissions.Mode.DENY_ALL));
      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () -> kit.runs.start(caller, TestRunRequest.of("a").tools("Bash").key("key").request()));

      RunTicket ticket = kit.runs.start(caller, TestRunRequest.of("b").key("key").request());

      assertEquals("b", answer(ticket.await()));
    }
  }

  private static @Nullable String answer(FinishedRun finished) {
    return finished.answer() == null ? null : finished.answer().text();
  }

  private static OneShot started(RunTestKit kit) {
    return kit.agents.received().getLast().oneShot();
  }

  private static Caller caller(TokenLimits limits) {
    return new Caller("token-1", "app", limits);
  }
}
