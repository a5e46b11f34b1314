package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The runs, {@code /run} and {@code /runs}. Thread-safe. */
final class Runs {
  private final Acceptance acceptance;
  private final Executor threads;
  private final Map<String, Work> runs = new LinkedHashMap<>();

  Runs(Acceptance acceptance, Executor threads) {
    this.acceptance = acceptance;
    this.threads = threads;
  }

  void start(Exchange http) throws IOException, InterruptedException {
    JsonNode body = http.json();
    PromptCall call =
        new PromptCall(null, 0, body, null, List.of(), http.header("Idempotency-Key"));
    Acceptance.Accepted accepted = acceptance.accept("/run", call, this::add);
    Work run = accepted.work();
    if (accepted.refusal() != null) {
      http.refuse(accepted.refusal());
    } else if (run != null) {
      http.answerHeaders().set("X-Clawdforge-Run-Id", run.id());
      if (body.path("detach").asBoolean()) {
        http.answerHeaders().set("Location", "/runs/" + run.id());
        http.send(202, Acceptance.accepted(run));
      } else if (http.wantsStream()) {
        http.stream(run, 0);
      } else {
        http.sendOutcome(run);
      }
    }
  }

  private synchronized Work add(PromptCall call, FakeAnswer answer) {
    Work run = new Work("run-" + (runs.size() + 1), call, answer);
    runs.put(run.id(), run);
    threads.execute(Sessions.working(run));
    return run;
  }

  void answer(Exchange http) throws IOException {
    if (http.is("GET", 1)) {
      http.sendPage("runs", newestFirst().stream().map(Work::view).toList());
      return;
    }
    Work run = find(http.segment(1));
    if (run == null) {
      http.notFound("run " + http.segment(1));
    } else if (http.is("GET", 2)) {
      http.send(200, run.whole());
    } else if (http.is("POST", 2, "cancel")) {
      http.send(200, Wire.object().put("ok", true).put("cancelled", run.end("cancelled")));
    } else {
      http.refuse(FakeError.of("method_not_allowed", "a run is read and cancelled"));
    }
  }

  private synchronized @Nullable Work find(String id) {
    return runs.get(id);
  }

  synchronized List<Work> newestFirst() {
    List<Work> all = new ArrayList<>(runs.values());
    Collections.reverse(all);
    return all;
  }
}
