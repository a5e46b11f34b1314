package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A run or turn as the ledger knows it. */
public interface RecordedWork {
  WorkObserver.Kind kind();

  Progress progress();

  default WorkState state() {
    return progress().state();
  }

  default Instant createdAt() {
    return progress().createdAt();
  }

  /** When the agent was started, or null. */
  default @Nullable Instant startedAt() {
    return progress().startedAt();
  }

  /** Null until it is over. */
  default @Nullable Instant endedAt() {
    return progress().endedAt();
  }

  /** What the agent reported; {@link AgentReport#NONE} until it is over. */
  default AgentReport report() {
    return progress().report();
  }

  /** Null unless it ended without an answer. */
  default @Nullable WorkError error() {
    return progress().error();
  }

  /** How long it waited, for a place or for its session; null if it was never started. */
  default @Nullable Duration queued() {
    return startedAt() == null ? null : Duration.between(createdAt(), startedAt());
  }

  /** From the start of the agent, or from acceptance if there was none, to the end; null before. */
  default @Nullable Duration duration() {
    return endedAt() == null
        ? null
        : Duration.between(startedAt() == null ? createdAt() : startedAt(), endedAt());
  }
}
