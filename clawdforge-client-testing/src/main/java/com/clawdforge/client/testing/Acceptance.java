package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Accepts prompts, each key once, and asks the test for their answers. Thread-safe. */
final class Acceptance {
  private final FakeFiles files;
  private final Map<String, CompletableFuture<Accepted>> keys = new ConcurrentHashMap<>();
  private final List<PromptCall> calls = new ArrayList<>();
  private volatile Function<PromptCall, FakeAnswer> script =
      call -> FakeAnswer.text("You said: " + call.prompt());

  Acceptance(FakeFiles files) {
    this.files = files;
  }

  /**
   * What became of a request.
   *
   * @param work null if it was refused
   * @param refusal null if there is work
   */
  record Accepted(JsonNode body, @Nullable Work work, @Nullable FakeError refusal) {
    static Accepted refused(JsonNode body, FakeError refusal) {
      return new Accepted(body, null, refusal);
    }
  }

  /** Makes the work of a call. */
  @FunctionalInterface
  interface Start {
    Work start(PromptCall call, FakeAnswer answer);
  }

  void script(Function<PromptCall, FakeAnswer> newScript) {
    script = newScript;
  }

  /** The script that gives these answers in order, and the last one again and again. */
  static Function<PromptCall, FakeAnswer> inOrder(List<FakeAnswer> answers) {
    List<FakeAnswer> left = new ArrayList<>(answers);
    return call -> {
      synchronized (left) {
        return left.size() == 1 ? left.get(0) : left.remove(0);
      }
    };
  }

  synchronized List<PromptCall> calls() {
    return List.copyOf(calls);
  }

  /**
   * Accepts a request, or returns what became of an earlier one with the same key.
   *
   * @param call without its files
   */
  Accepted accept(String path, PromptCall call, Start start) {
    if (call.idempotencyKey() == null) {
      return ask(call, start);
    }
    String key = path + " " + call.idempotencyKey();
    CompletableFuture<Accepted> fresh = new CompletableFuture<>();
    CompletableFuture<Accepted> earlier = keys.putIfAbsent(key, fresh);
    if (earlier != null) {
      Accepted accepted = earlier.join();
      return accepted.body().equals(call.body())
          ? accepted
          : Accepted.refused(
              call.body(),
              FakeError.of("idempotency_conflict", "the key was used for another request"));
    }
    try {
      Accepted accepted = ask(call, start);
      if (accepted.refusal() != null) {
        // A retry is asked again.
        keys.remove(key);
      }
      fresh.complete(accepted);
      return accepted;
    } catch (RuntimeException | Error e) {
      // A retry must not wait for ever.
      keys.remove(key);
      fresh.completeExceptionally(e);
      throw e;
    }
  }

  private Accepted ask(PromptCall asked, Start start) {
    if (asked.prompt().isBlank()) {
      return Accepted.refused(asked.body(), FakeError.inField("prompt", "the prompt is blank"));
    }
    List<SentFile> sent = new ArrayList<>();
    for (JsonNode token : asked.body().path("files")) {
      FakeFile file = files.find(token.asText());
      if (file == null) {
        return Accepted.refused(
            asked.body(), FakeError.of("not_found", "there is no file " + token.asText()));
      }
      sent.add(file.sent());
    }
    PromptCall call =
        new PromptCall(
            asked.sessionId(),
            asked.turnIndex(),
            asked.body(),
            asked.session(),
            sent,
            asked.idempotencyKey());
    synchronized (this) {
      calls.add(call);
    }
    FakeAnswer answer = answer(call);
    FakeError error = answer.error();
    return error != null && !error.ofAgent()
        ? Accepted.refused(call.body(), error)
        : new Accepted(call.body(), start.start(call, answer), null);
  }

  // A mistake or a failed assertion in the test's own function must reach the app, and thereby the
  // test. The HTTP server would keep an error to itself, and the app would wait.
  private FakeAnswer answer(PromptCall call) {
    try {
      @Nullable FakeAnswer answer = script.apply(call);
      return answer == null
          ? FakeAnswer.error("internal_error", "the test's function returned null")
          : answer;
    } catch (RuntimeException | Error e) {
      return FakeAnswer.error("internal_error", "the test's function threw " + e);
    }
  }

  static ObjectNode accepted(Work work) {
    ObjectNode view = work.view();
    return Wire.object()
        .put("ok", true)
        .setAll(view.retain("run_id", "session_id", "turn_index", "state"));
  }
}
