package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the gateway tells of a run that is begun by listening to it. */
final class RunFeed implements Feed<RunEvent, RunResult> {
  private static final Pattern PLACE = Pattern.compile("(\\d{1,18})");
  // The agent's last line tells what it cost; a stream's head comes too early for that.
  private static final String COST = "total_cost_usd";

  private final Call start;
  private final Duration plain;
  private final boolean eventsWanted;
  private volatile @Nullable String runId;
  private @Nullable BigDecimal costUsd;
  private @Nullable RunResult result;
  private long seen;

  /**
   * @param plain how long a call may take that runs no agent
   * @param eventsWanted false if the result alone matters
   */
  RunFeed(Call start, Duration plain, boolean eventsWanted) {
    this.start = start.streaming();
    this.plain = plain;
    this.eventsWanted = eventsWanted;
  }

  /** The same call each time: its key joins the run, whose messages come anew. */
  @Override
  public Call call() {
    return start;
  }

  @Override
  public void head(HttpHeaders headers) {
    runId = headers.firstValue(RunResult.RUN_ID).orElse(runId);
  }

  @Override
  public List<RunEvent> take(Message message) {
    switch (message.event()) {
      case "claude" -> {
        if (isNew(message)) {
          return events(message);
        }
      }
      case "run" -> result = RunResult.of(Feed.object(message), runId, costUsd);
      case "error" -> throw Problem.ofEvent(message.data());
      default -> {}
    }
    return List.of();
  }

  private boolean isNew(Message message) {
    long seq = Long.parseLong(Feed.place(message, PLACE).group(1));
    if (seq <= seen) {
      return false;
    }
    seen = seq;
    return true;
  }

  private List<RunEvent> events(Message message) {
    boolean last = message.data().contains(COST);
    if (!eventsWanted && !last) {
      return List.of();
    }
    JsonNode line = Feed.object(message);
    if (last && Json.decimal(line, COST) != null) {
      costUsd = Json.decimal(line, COST);
    }
    return eventsWanted ? RunEvent.of(line) : List.of();
  }

  @Override
  public @Nullable RunResult result() {
    return result;
  }

  @Override
  public @Nullable Call cancel() {
    return runId == null ? null : Call.cancel(ForgeClient.runPath(runId), plain);
  }

  @Nullable String runId() {
    return runId;
  }

  /** Not what was said: this may be logged. */
  @Override
  public String toString() {
    return "run " + runId + ", " + seen + " messages";
  }
}
