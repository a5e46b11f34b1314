package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The agent ran and failed (502), did not answer in time, got nothing from the model's provider, or
 * the model refused.
 */
public sealed class ForgeAgentException extends ForgeApiException
    permits ForgeTimeoutException, ForgeProviderException, ForgeRefusedException {
  private static final long serialVersionUID = 1L;

  ForgeAgentException(Problem problem) {
    super(problem);
  }

  /** How long the agent worked, or null if unknown. */
  public @Nullable Duration duration() {
    return problem.duration();
  }

  /** The model's stop reason, such as {@code refusal}, or null if unknown. */
  public @Nullable String stopReason() {
    return problem.stopReason();
  }

  /** The end of the agent's standard error, with secrets masked; null if unknown. */
  public @Nullable String stderrTail() {
    return problem.stderrTail();
  }
}
