package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The agent ran and failed (502), or had not answered in time. */
public sealed class ForgeAgentException extends ForgeApiException permits ForgeTimeoutException {
  private static final long serialVersionUID = 1L;

  ForgeAgentException(Problem problem) {
    super(problem);
  }

  /** How long the agent worked, or null if the gateway does not say. */
  public @Nullable Duration duration() {
    return problem.duration();
  }

  /** Why the model stopped, such as {@code refusal}; null if it did not say. */
  public @Nullable String stopReason() {
    return problem.stopReason();
  }

  /** The end of the agent's standard error, secrets masked; null if the gateway does not say. */
  public @Nullable String stderrTail() {
    return problem.stderrTail();
  }
}
