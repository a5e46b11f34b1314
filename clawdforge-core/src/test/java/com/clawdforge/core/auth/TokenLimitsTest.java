package com.clawdforge.core.auth;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TokenLimitsTest {
  private static final Permissions.Policy READING =
      new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false);

  @Test
  void without_limits_every_agent_and_every_tool_is_permitted() {
    assertDoesNotThrow(() -> TokenLimits.NONE.requireAgent("anything"));
    assertDoesNotThrow(() -> TokenLimits.NONE.requireTools(List.of("x"), tool -> ToolKind.EXECUTE));
    assertEquals(Permissions.Mode.APPROVE_ALL, TokenLimits.NONE.permit(null));
  }

  @Test
  void an_agent_that_is_not_named_is_refused() {
    TokenLimits limits = new TokenLimits(Set.of("codex"), null);

    assertDoesNotThrow(() -> limits.requireAgent("codex"));
    assertRefused(ErrorCode.PERMISSION_CEILING, () -> limits.requireAgent("claude"));
    assertRefused(ErrorCode.PERMISSION_CEILING, () -> limits.requireAgent("Codex"));
  }

  @ParameterizedTest
  @EnumSource(ToolKind.class)
  void a_tool_may_be_named_if_the_ceiling_approves_its_kind(ToolKind kind) {
    for (Permissions ceiling :
        List.of(
            READING,
            Permissions.Mode.APPROVE_ALL,
            Permissions.Mode.APPROVE_READS,
            Permissions.Mode.DENY_ALL)) {
      TokenLimits limits = new TokenLimits(null, ceiling);
      if (ceiling.approves(kind)) {
        assertDoesNotThrow(() -> limits.requireTools(List.of("tool"), tool -> kind));
      } else {
        assertRefused(
            ErrorCode.PERMISSION_CEILING, () -> limits.requireTools(List.of("tool"), tool -> kind));
      }
    }
  }

  @Test
  void one_tool_too_many_is_refused_by_its_name_and_kind() {
    TokenLimits limits = new TokenLimits(null, READING);

    String detail =
        String.valueOf(
            assertRefused(
                    ErrorCode.PERMISSION_CEILING,
                    () ->
                        limits.requireTools(
                            List.of("Read", "Bash"),
                            tool -> tool.equals("Bash") ? ToolKind.EXECUTE : ToolKind.READ))
                .getMessage());

    assertTrue(detail.contains("Bash is of kind execute"), detail);
    assertTrue(detail.contains("read, search"), detail);
  }

  @Test
  void naming_no_tools_is_always_permitted() {
    TokenLimits limits = new TokenLimits(null, Permissions.Mode.DENY_ALL);

    assertDoesNotThrow(() -> limits.requireTools(null, tool -> ToolKind.OTHER));
    assertDoesNotThrow(() -> limits.requireTools(List.of(), tool -> ToolKind.OTHER));
  }

  @Test
  void a_session_without_permissions_gets_all_that_the_token_permits() {
    assertEquals(READING, new TokenLimits(null, READING).permit(null));
  }

  @Test
  void asking_for_more_than_the_token_may_is_refused() {
    TokenLimits limits = new TokenLimits(null, READING);

    assertEquals(READING, limits.permit(READING));
    assertRefused(ErrorCode.PERMISSION_CEILING, () -> limits.permit(Permissions.Mode.APPROVE_ALL));
  }

  @Test
  void unlimited_reads_are_refused_under_a_ceiling_that_limits_them() {
    Permissions anywhere = new Permissions.Policy(Set.of(ToolKind.READ), Set.of(), false, true);

    for (Permissions ceiling : List.of(READING, Permissions.Mode.APPROVE_READS)) {
      TokenLimits limits = new TokenLimits(null, ceiling);
      assertRefused(ErrorCode.PERMISSION_CEILING, () -> limits.permit(anywhere));
    }
    TokenLimits all = new TokenLimits(null, Permissions.Mode.APPROVE_ALL);
    assertEquals(anywhere, all.permit(anywhere));
    assertEquals(anywhere, TokenLimits.NONE.permit(anywhere));
  }

  @Test
  void reads_are_unlimited_where_commands_are_approved() {
    Permissions commands =
        new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EXECUTE), Set.of(), false);

    assertTrue(commands.readsAnywhere());
    assertFalse(READING.readsAnywhere());
    assertFalse(new Permissions.Policy(Set.of(), Set.of(), false, true).readsAnywhere());
  }

  @Test
  void under_a_policy_a_mode_becomes_as_strict_as_that() {
    Permissions permitted = new TokenLimits(null, READING).permit(Permissions.Mode.APPROVE_READS);

    assertTrue(permitted instanceof Permissions.Policy, permitted.toString());
    assertEquals(READING.approved(), permitted.approved());
  }

  @ParameterizedTest
  @CsvSource({
    "all, , model, model",
    "all, , all, all",
    "all, all, model, all",
    "all, none, all, none",
    "model, , all, model",
    "model, , model, model",
    "model, model, all, model",
    "model, none, all, none",
    "none, , all, none",
    "none, none, all, none",
  })
  void work_reaches_what_it_asks_for_or_what_is_usual_and_no_more_than_its_token(
      String ceiling, @Nullable String requested, String usual, String reached) {
    assertEquals(
        network(reached),
        limits(ceiling)
            .permit(
                requested == null ? null : network(requested), network(usual), Optional::empty));
  }

  @ParameterizedTest
  @CsvSource({"model, all", "none, all", "none, model"})
  void more_of_the_network_than_the_token_may_have_is_refused(String ceiling, String requested) {
    assertRefused(
        ErrorCode.PERMISSION_CEILING,
        () -> limits(ceiling).permit(network(requested), Network.MODEL, Optional::empty));
  }

  @Test
  void less_is_refused_where_nothing_keeps_the_agent_to_it() {
    Supplier<Optional<String>> nothing = () -> Optional.of("there is nothing");

    Refusal asked =
        assertRefused(
            ErrorCode.INVALID_REQUEST,
            () -> TokenLimits.NONE.permit(Network.MODEL, Network.ALL, nothing));
    assertEquals("network", asked.field());
    assertTrue(String.valueOf(asked.getMessage()).contains("there is nothing"));
    assertRefused(
        ErrorCode.PERMISSION_CEILING, () -> limits("model").permit(null, Network.ALL, nothing));
    assertEquals(Network.ALL, TokenLimits.NONE.permit(Network.ALL, Network.ALL, nothing));
  }

  @Test
  void nobody_is_told_of_a_usual_limit_that_does_not_hold() {
    assertEquals(
        Network.ALL, TokenLimits.NONE.permit(null, Network.MODEL, () -> Optional.of("nothing")));
  }

  private static TokenLimits limits(String network) {
    return new TokenLimits(null, null, network(network), TokenShares.NONE);
  }

  private static Network network(String wire) {
    return Network.ofWire(wire).orElseThrow();
  }
}
