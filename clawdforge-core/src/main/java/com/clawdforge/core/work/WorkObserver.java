package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Observes every accepted run and turn, to count, log or trace them. Must not block; an exception
 * it throws is logged and changes nothing. Called by many threads at once, but in order for each
 * piece of work.
 */
@FunctionalInterface
public interface WorkObserver {
  /** Observes nothing. */
  WorkObserver NONE = work -> Watch.NONE;

  /** The kind of work. */
  enum Kind {
    RUN,
    TURN;

    /** The kind in lower case. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A run or turn that is in the ledger.
   *
   * @param id of the run, or of the turn's session
   * @param turnIndex counts from 1 within the session; 0 for a run
   * @param model the requested one, as the caller named it; null for the agent's own choice
   * @param requestId the id of the HTTP request
   */
  record Accepted(
      Kind kind,
      String id,
      int turnIndex,
      String appName,
      String agent,
      @Nullable String model,
      String requestId) {}

  /**
   * How work ended.
   *
   * @param error why it has no answer; also null if its own app cancelled it
   * @param contextLost whether the agent lost the conversation
   */
  record Ended(
      WorkState state, @Nullable ErrorCode error, AgentReport report, boolean contextLost) {
    /** The end of recorded work, without the text of its error, which may quote the prompt. */
    public static Ended of(RecordedWork work, boolean contextLost) {
      @Nullable WorkError error = work.error();
      return new Ended(
          work.state(), error == null ? null : error.code(), work.report(), contextLost);
    }
  }

  /** Called on the thread that accepts the work. */
  Watch accepted(Accepted work);

  /** Observes one piece of work. */
  interface Watch {
    /** Ignores everything. */
    Watch NONE =
        new Watch() {
          @Override
          public void started() {}

          @Override
          public void firstEvent() {}

          @Override
          public void ended(Ended end) {}
        };

    /**
     * The wait for a place is over and the agent is prompted. Not called for work that ends before.
     */
    void started();

    /** The agent sent its first event. Called at most once, on a different thread than the rest. */
    void firstEvent();

    /** The work is over and its caller not answered yet. Called once. */
    void ended(Ended end);
  }

  /** Returns an observer that calls several. */
  static WorkObserver all(List<WorkObserver> observers) {
    return WorkWatch.all(List.copyOf(observers));
  }
}
