package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A run or a turn of {@link EchoGateway}. */
final class EchoWork {
  final String id;
  final int index;
  final String prompt;
  final boolean structured;
  final int timeoutSecs;
  final CountDownLatch over = new CountDownLatch(1);
  volatile String state = "running";

  EchoWork(String id, int index, JsonNode body) {
    this.id = id;
    this.index = index;
    this.prompt = body.path("prompt").asText();
    this.structured = body.has("json_schema");
    this.timeoutSecs = body.path("timeout_secs").asInt(60);
  }

  void work() {
    if (prompt.equals(ClientContract.WAIT)) {
      try {
        if (!over.await(timeoutSecs, TimeUnit.SECONDS)) {
          end("timed_out");
        }
      } catch (InterruptedException e) {
        end("interrupted");
      }
    }
    end(prompt.equals(ClientContract.FAIL) ? "failed" : "completed");
  }

  synchronized boolean end(String how) {
    if (!state.equals("running")) {
      return false;
    }
    state = how;
    over.countDown();
    return true;
  }

  String said() {
    return "you said " + prompt;
  }

  @Nullable ObjectNode problem() {
    return switch (state) {
      case "failed" -> error(502, "agent_failed");
      case "timed_out" -> error(504, "agent_timeout");
      default -> null;
    };
  }

  ObjectNode view() {
    return Json.object()
        .put("run_id", id)
        .put("session_id", id)
        .put("turn_index", index)
        .put("state", state)
        .put("created_at", 1);
  }

  static ObjectNode error(int status, String code) {
    return Json.object()
        .put("status", status)
        .put("code", code)
        .put("detail", code)
        .put("request_id", "q")
        .put("duration_ms", 5);
  }
}
