package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a run or turn is; times have milliseconds.
 *
 * @param startedAt when the agent was started, or null
 * @param endedAt null until it is over
 * @param report what the agent reported; {@link AgentReport#NONE} until it is over
 * @param error null unless it ended without an answer
 */
public record Progress(
    WorkState state,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    AgentReport report,
    @Nullable WorkError error) {
  public static Progress accepted(Instant when) {
    return new Progress(WorkState.QUEUED, when, null, null, AgentReport.NONE, null);
  }

  public Progress started(Instant when) {
    return new Progress(WorkState.RUNNING, createdAt, when, null, report, error);
  }

  public Progress ended(WorkEnd end, Instant when) {
    return new Progress(end.state(), createdAt, startedAt, when, end.report(), end.error());
  }
}
