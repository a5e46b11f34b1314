package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A run, or a turn of a session. Thread-safe. */
final class Work {
  private final String id;
  private final PromptCall call;
  private final FakeAnswer answer;
  private final JsonNode result;
  private final @Nullable FakeError failure;
  private final List<JsonNode> script;
  private final Instant createdAt = now();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicBoolean unbroken;
  private final List<JsonNode> events = new ArrayList<>();
  private String state = "queued";
  private @Nullable Instant startedAt;
  private @Nullable Instant endedAt;

  /**
   * @param id of the run, or of the session
   */
  Work(String id, PromptCall call, FakeAnswer answer) {
    this.id = id;
    this.call = call;
    this.answer = answer;
    this.unbroken = new AtomicBoolean(answer.breaksAfter() >= 0);
    this.script = isTurn() ? Events.ofTurn(answer, id) : Events.ofRun(answer);
    JsonNode parsed =
        answer.result().isTextual() ? Wire.jsonOrNull(answer.result().textValue()) : null;
    this.result = parsed == null ? answer.result() : parsed;
    boolean invalid = answer.error() == null && call.jsonSchema() != null && result.isTextual();
    this.failure =
        invalid
            ? FakeError.of("agent_output_invalid", "the answer is not JSON, as the schema wants")
            : answer.error();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  String id() {
    return id;
  }

  PromptCall call() {
    return call;
  }

  FakeAnswer answer() {
    return answer;
  }

  boolean isTurn() {
    return call.turnIndex() > 0;
  }

  /** Whether to break the connection now; true once. */
  boolean breaks() {
    return unbroken.getAndSet(false);
  }

  /** Does the work on the calling thread, unless it was cancelled before. */
  void work() throws InterruptedException {
    if (!begin()) {
      return;
    }
    boolean late = answer.delay().compareTo(call.timeout()) > 0;
    Duration pause = late ? call.timeout() : answer.delay();
    if (over.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    if (late) {
      end("timed_out");
    } else if (failure == null) {
      publish();
      end("completed");
    } else {
      end("failed");
    }
  }

  private synchronized boolean begin() {
    if (over.getCount() == 0) {
      return false;
    }
    state = "running";
    startedAt = now();
    return true;
  }

  private synchronized void publish() {
    events.addAll(script);
    notifyAll();
  }

  /** Ends the work unless it is over; returns whether that ended it. */
  synchronized boolean end(String how) {
    if (over.getCount() == 0) {
      return false;
    }
    state = how;
    endedAt = now();
    over.countDown();
    notifyAll();
    return true;
  }

  void awaitEnd() throws InterruptedException {
    over.await();
  }

  synchronized boolean isRunning() {
    return state.equals("running");
  }

  /** Whether an agent has worked to an end of its own, so that its tokens and cost are known. */
  synchronized boolean hasWorked() {
    return state.equals("completed") || state.equals("failed");
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  synchronized List<JsonNode> events() {
    return List.copyOf(events);
  }

  /** Waits for the event at a place; null if the work ends without it. */
  synchronized @Nullable JsonNode event(int place) throws InterruptedException {
    while (events.size() <= place && over.getCount() > 0) {
      wait();
    }
    return place < events.size() ? events.get(place) : null;
  }

  /** Why there is no answer; null if there is one. The work is over. */
  synchronized @Nullable FakeError error() {
    return switch (state) {
      case "failed" -> failure;
      case "timed_out" -> FakeError.of("agent_timeout", "the agent did not answer in time");
      case "interrupted" -> FakeError.of("shutting_down", "the gateway is shutting down");
      case "cancelled" -> isTurn() ? null : FakeError.of("agent_failed", "the run was cancelled");
      default -> null;
    };
  }

  private synchronized @Nullable String stopReason() {
    return switch (state) {
      case "completed" -> answer.stopReason();
      case "cancelled" -> "cancelled";
      default -> null;
    };
  }

  synchronized @Nullable Long millis() {
    return startedAt == null || endedAt == null
        ? null
        : (Long) Duration.between(startedAt, endedAt).toMillis();
  }

  /** The answer, without the events. */
  ObjectNode outcome() {
    ObjectNode outcome = Wire.object().put("ok", true);
    if (isTurn()) {
      outcome.put("session_id", id).put("turn_index", call.turnIndex());
    } else {
      outcome.set("result", result);
    }
    Long took = millis();
    outcome.put("duration_ms", took == null ? 0 : took).put("stop_reason", stopReason());
    if (!answer.warnings().isEmpty()) {
      answer.warnings().forEach(outcome.putArray("warnings")::add);
    }
    return outcome;
  }

  /** What the gateway knows about the work. */
  synchronized ObjectNode view() {
    ObjectNode view = Wire.object();
    if (isTurn()) {
      view.put("session_id", id).put("turn_index", call.turnIndex());
    } else {
      view.put("run_id", id);
    }
    String model = call.model();
    view.put("state", state)
        .put("model", model == null ? "sonnet" : model)
        .put("stop_reason", stopReason())
        .put("created_at", createdAt.getEpochSecond())
        .put("started_at", Wire.time(startedAt))
        .put("ended_at", Wire.time(endedAt))
        .put(
            "queue_ms",
            startedAt == null ? null : Duration.between(createdAt, startedAt).toMillis())
        .put("duration_ms", millis());
    view.set("usage", hasWorked() ? Wire.usage(answer.usage()) : null);
    view.put("cost_usd", hasWorked() ? answer.costUsd() : null)
        .put("prompt_bytes", call.prompt().getBytes(StandardCharsets.UTF_8).length)
        .put("files", call.files().size());
    FakeError error = error();
    view.set("error", error == null ? null : error.reason());
    return view.put("request_id", "request-of-" + id);
  }

  /** The same with the answer, if there is one. */
  ObjectNode whole() {
    ObjectNode view = view();
    if (view.path("state").asText().equals("completed") && !isTurn()) {
      view.set("result", result);
    }
    return view.put("ok", true);
  }
}
