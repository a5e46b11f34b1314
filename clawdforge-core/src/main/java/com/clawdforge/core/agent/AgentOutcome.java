package com.clawdforge.core.agent;

import com.clawdforge.core.text.ModelText;
import org.jspecify.annotations.Nullable;

/**
 * How an agent's work ended. Unpaired surrogates in its texts are replaced, see {@link ModelText}.
 */
public sealed interface AgentOutcome {
  /** What the agent reported, however the work ended. */
  AgentReport report();

  /**
   * The agent answered.
   *
   * @param text the final text
   * @param structured the answer as JSON text that matches the requested schema, or null
   */
  record Completed(String text, @Nullable String structured, AgentReport report)
      implements AgentOutcome {
    public Completed {
      text = ModelText.plain(text);
      structured = structured == null ? null : ModelText.json(structured);
    }
  }

  /**
   * The agent could not be run, or ran and failed.
   *
   * @param message for the app's developer: what went wrong and, where that is known, what to do
   * @param stderrTail the end of what the agent wrote to its standard error, secrets masked
   */
  record Failed(
      AgentFailure failure,
      String message,
      String stderrTail,
      AgentReport report,
      RetryAdvice retry)
      implements AgentOutcome {
    public Failed {
      message = ModelText.plain(message);
      stderrTail = ModelText.plain(stderrTail);
    }

    /** A failure that says nothing about a retry. */
    public Failed(AgentFailure failure, String message, String stderrTail, AgentReport report) {
      this(failure, message, stderrTail, report, RetryAdvice.NONE);
    }
  }

  /** {@link AgentTask#cancel()} ended the work. */
  record Cancelled(AgentReport report) implements AgentOutcome {}

  /** The timeout passed. */
  record TimedOut(String stderrTail, AgentReport report) implements AgentOutcome {
    public TimedOut {
      stderrTail = ModelText.plain(stderrTail);
    }
  }
}
