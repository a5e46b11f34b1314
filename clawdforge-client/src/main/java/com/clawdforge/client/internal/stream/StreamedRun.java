package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.Problem;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A run that the first connection starts. */
public final class StreamedRun<E, R> implements StreamedWork<E, R> {
  public static final String RUN_ID = "X-Clawdforge-Run-Id";

  private static final Pattern PLACE = Pattern.compile("(\\d{1,18})");
  // The agent's last line has the cost; the head of a stream comes too early for it.
  private static final String COST = "total_cost_usd";

  private final Call start;
  private final Duration plain;
  private final @Nullable Function<JsonNode, List<E>> events;
  private final ResultReader<R> results;
  private volatile @Nullable String runId;
  private @Nullable BigDecimal costUsd;
  private @Nullable R result;
  private long seen;

  /** Reads the result of a run. */
  @FunctionalInterface
  public interface ResultReader<R> {
    R read(ObjectNode body, @Nullable String runId, @Nullable BigDecimal costUsd);
  }

  /**
   * @param plain the deadline of a call that runs no agent
   * @param events reads a line of the agent; null if only the result matters
   */
  public StreamedRun(
      Call start,
      Duration plain,
      @Nullable Function<JsonNode, List<E>> events,
      ResultReader<R> results) {
    this.start = start.streaming();
    this.plain = plain;
    this.events = events;
    this.results = results;
  }

  /** The path of a run. */
  public static String path(String runId) {
    return "/runs/" + Call.segment(runId);
  }

  /** The same call each time: its key joins the run, which then streams from the beginning. */
  @Override
  public Call call() {
    return start;
  }

  @Override
  public void readHead(HttpHeaders headers) {
    runId = headers.firstValue(RUN_ID).orElse(runId);
  }

  @Override
  public List<E> read(Message message) {
    switch (message.event()) {
      case "claude" -> {
        if (isNew(message)) {
          return events(message);
        }
      }
      case "run" -> result = results.read(StreamedWork.object(message), runId, costUsd);
      case "error" -> throw new CallException.Refused(Problem.ofEvent(message.data()));
      default -> {}
    }
    return List.of();
  }

  private boolean isNew(Message message) {
    long seq = Long.parseLong(StreamedWork.place(message, PLACE).group(1));
    if (seq <= seen) {
      return false;
    }
    seen = seq;
    return true;
  }

  private List<E> events(Message message) {
    boolean last = message.data().contains(COST);
    if (events == null && !last) {
      return List.of();
    }
    JsonNode line = StreamedWork.object(message);
    if (last && Json.decimal(line, COST) != null) {
      costUsd = Json.decimal(line, COST);
    }
    return events == null ? List.of() : events.apply(line);
  }

  @Override
  public @Nullable R result() {
    return result;
  }

  @Override
  public @Nullable Call cancel() {
    return runId == null ? null : Call.cancel(path(runId), plain);
  }

  public @Nullable String runId() {
    return runId;
  }

  /** Leaves out what was said: this may be logged. */
  @Override
  public String toString() {
    return "run " + runId + ", " + seen + " messages";
  }
}
