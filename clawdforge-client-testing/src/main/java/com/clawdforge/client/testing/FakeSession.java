package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session. Thread-safe. */
final class FakeSession {
  private final String id;
  private final JsonNode opening;
  private final long createdAt = Instant.now().getEpochSecond();
  private final List<Work> turns = new ArrayList<>();
  private final Object prompting = new Object();
  private @Nullable Long closedAt;

  /**
   * @param opening the request that opened it
   */
  FakeSession(String id, JsonNode opening) {
    this.id = id;
    this.opening = opening;
  }

  JsonNode opening() {
    return opening;
  }

  /** The lock of who numbers a turn and asks the test for its answer, which may take a while. */
  Object prompting() {
    return prompting;
  }

  synchronized boolean isClosed() {
    return closedAt != null;
  }

  synchronized boolean isBusy() {
    return turns.stream().anyMatch(turn -> !turn.isOver());
  }

  /** The index of the next turn. */
  synchronized int next() {
    return turns.size() + 1;
  }

  /** Adds a turn; returns the one before it, or null. */
  synchronized @Nullable Work add(Work turn) {
    turns.add(turn);
    return turns.size() == 1 ? null : turns.get(turns.size() - 2);
  }

  synchronized @Nullable Work turn(String index) {
    return turns.stream()
        .filter(turn -> Integer.toString(turn.call().turnIndex()).equals(index))
        .findFirst()
        .orElse(null);
  }

  synchronized List<Work> newestFirst() {
    List<Work> all = new ArrayList<>(turns);
    Collections.reverse(all);
    return all;
  }

  synchronized @Nullable Work running() {
    return turns.stream().filter(Work::isRunning).findFirst().orElse(null);
  }

  /** Closes it and cancels its turns; returns whether it was closed already. */
  synchronized boolean close() {
    boolean already = closedAt != null;
    closedAt = already ? closedAt : (Long) Instant.now().getEpochSecond();
    turns.forEach(turn -> turn.end("cancelled"));
    return already;
  }

  synchronized ObjectNode view() {
    ObjectNode view =
        Wire.object()
            .put("session_id", id)
            .put("agent", opening.path("agent").asText("claude"))
            .put("model", opening.hasNonNull("model") ? opening.get("model").asText() : null)
            .put("status", isClosed() ? "closed" : "open")
            .put("turn_count", turns.size())
            .put("created_at", createdAt)
            .put("closed_at", closedAt);
    view.set("meta", opening.hasNonNull("meta") ? opening.get("meta") : Wire.object());
    view.set(
        "permissions",
        opening.hasNonNull("permissions") ? opening.get("permissions") : Wire.tree("approve-all"));
    String network = opening.path("network").asText("all");
    if (!network.equals("all")) {
      view.put("network", network);
    }
    Work running = running();
    return view.put("active_turn", running == null ? null : running.call().turnIndex());
  }
}
