package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.ClaudeTerms;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code claude} is started with and cannot be told later: a run may use a process that was
 * started before only if both have equal profiles. System prompt, schema and the models of {@link
 * #SET_LATER} are told later. The effort could be too, but takes as long as half a start then, and
 * the settings that it goes with are those that hold the permissions.
 *
 * @param model a model that must be named at the start; null for those of {@link #SET_LATER}
 * @param effort the effort, or null for the CLI's own
 * @param maxBudgetUsd the most that the run may cost, or null
 * @param network what its processes may reach
 */
record RunProfile(
    Path program,
    @Nullable String model,
    @Nullable Effort effort,
    @Nullable BigDecimal maxBudgetUsd,
    Network network,
    ClaudeTerms terms) {
  /**
   * Models that {@code set_model} sets without asking the provider. For every other name the CLI
   * sends a request of its own, and keeps the model that it had if that fails.
   */
  private static final Set<String> SET_LATER = Set.of("sonnet", "opus", "haiku");

  static RunProfile of(Path program, OneShot oneShot, ClaudeTerms terms) {
    return new RunProfile(
        program,
        SET_LATER.contains(oneShot.model()) ? null : oneShot.model(),
        oneShot.effort(),
        oneShot.maxBudgetUsd(),
        oneShot.network(),
        terms);
  }

  /** The profile of a run that asks for nothing in particular. */
  static RunProfile plain(Path program, ClaudeSettings settings) {
    Network usual =
        settings.isolation().keepsNetwork()
            ? Network.usual(null, ClaudeTools::kindOf, null)
            : Network.ALL;
    return new RunProfile(
        program,
        null,
        null,
        null,
        usual,
        ClaudeTerms.ofRun((@Nullable Permissions) null, null, settings.readable()).within(usual));
  }
}
