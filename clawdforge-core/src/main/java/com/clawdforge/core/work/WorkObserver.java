package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Told of every run and turn that is accepted, for whoever counts, logs or traces them. Must not
 * block; what it throws is logged and harms nothing. Called by many threads at once, but for one
 * piece of work in the order of its life.
 */
@FunctionalInterface
public interface WorkObserver {
  /** Who wants to know nothing. */
  WorkObserver NONE = work -> Watch.NONE;

  /** What is worked for. */
  enum Kind {
    RUN,
    TURN;

    /** The kind in lower case. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A run or a turn that the ledger has.
   *
   * @param id of the run, or of the turn's session
   * @param turnIndex counts from 1 within the session; 0 for a run
   * @param model that was asked for, in the caller's words; null for the agent's own choice
   * @param requestId of the request that asked for it
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
   * How it ended.
   *
   * @param error why it has no answer; null also for whoever cancelled it
   * @param contextLost whether the agent came back without the conversation
   */
  record Ended(
      WorkState state, @Nullable ErrorCode error, AgentReport report, boolean contextLost) {
    /** The end of recorded work, without the words of its error: they may quote the prompt. */
    public static Ended of(RecordedWork work, boolean contextLost) {
      @Nullable WorkError error = work.error();
      return new Ended(
          work.state(), error == null ? null : error.code(), work.report(), contextLost);
    }
  }

  /** Called on the thread of whoever asks for the work. */
  Watch accepted(Accepted work);

  /** Told of one piece of work. */
  interface Watch {
    /** Of which nobody wants to know anything. */
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
     * The wait for a place is over and the agent is asked. Not told of work that never got there.
     */
    void started();

    /** The agent has said something; at most once, and on another thread than the rest. */
    void firstEvent();

    /** It is over, and nobody was answered yet; once. */
    void ended(Ended end);
  }

  /** One that tells several. */
  static WorkObserver all(List<WorkObserver> observers) {
    return WorkWatch.all(List.copyOf(observers));
  }
}
