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

/** The sessions and their turns, {@code /sessions}. Thread-safe. */
final class Sessions {
  private final Acceptance acceptance;
  private final Executor threads;
  private final Map<String, FakeSession> sessions = new LinkedHashMap<>();
  private final Map<String, FakeSession> keys = new LinkedHashMap<>();

  Sessions(Acceptance acceptance, Executor threads) {
    this.acceptance = acceptance;
    this.threads = threads;
  }

  /** Does the work on another thread. */
  static Runnable working(Work work) {
    return () -> {
      try {
        work.work();
      } catch (InterruptedException closing) {
        work.end("interrupted");
      }
    };
  }

  void answer(Exchange http) throws IOException, InterruptedException {
    if (http.is("POST", 1)) {
      http.send(200, open(http.json(), http.header("Idempotency-Key")).view().put("ok", true));
      return;
    }
    if (http.is("GET", 1)) {
      boolean closedToo = http.query("include_closed", "true").equals("true");
      http.sendPage(
          "sessions",
          newestFirst().stream()
              .filter(session -> closedToo || !session.isClosed())
              .map(FakeSession::view)
              .toList());
      return;
    }
    FakeSession session = find(http.segment(1));
    if (session == null) {
      http.notFound("session " + http.segment(1));
    } else {
      answer(http, session);
    }
  }

  private void answer(Exchange http, FakeSession session) throws IOException, InterruptedException {
    if (http.is("GET", 2)) {
      http.send(200, session.view().put("ok", true));
    } else if (http.is("DELETE", 2)) {
      http.send(200, Wire.object().put("ok", true).put("already_closed", session.close()));
    } else if (http.is("POST", 2, "turn")) {
      start(http, session);
    } else if (http.is("POST", 2, "cancel")) {
      Work running = session.running();
      cancel(http, running);
    } else if (http.is("GET", 2, "turns")) {
      http.sendPage("turns", session.newestFirst().stream().map(Work::view).toList());
    } else {
      Work turn = session.turn(http.segment(3));
      if (turn == null) {
        http.notFound("turn " + http.segment(3));
      } else {
        answer(http, turn);
      }
    }
  }

  private static void answer(Exchange http, Work turn) throws IOException, InterruptedException {
    if (http.is("GET", 4)) {
      http.send(200, turn.whole());
    } else if (http.is("POST", 4, "cancel")) {
      cancel(http, turn);
    } else if (http.is("GET", 4, "events") && http.wantsStream()) {
      String last = http.header("Last-Event-ID");
      int seen = last == null ? 0 : Integer.parseInt(last.substring(last.indexOf('.') + 1));
      http.stream(turn, seen);
    } else if (http.is("GET", 4, "events")) {
      http.send(200, Wire.object().put("ok", true).set("events", Wire.array(turn.events())));
    } else {
      http.refuse(FakeError.of("method_not_allowed", "a turn is read and cancelled"));
    }
  }

  private static void cancel(Exchange http, @Nullable Work turn) throws IOException {
    boolean cancelled = turn != null && turn.end("cancelled");
    http.send(200, Wire.object().put("ok", true).put("cancelled", cancelled));
  }

  private void start(Exchange http, FakeSession session) throws IOException, InterruptedException {
    JsonNode body = http.json();
    String id = http.segment(1);
    if (session.isClosed()) {
      http.refuse(FakeError.of("session_closed", "the session was closed"));
      return;
    }
    if (!body.path("queue").asBoolean(true) && session.isBusy()) {
      http.refuse(FakeError.of("turn_in_progress", "another turn of the session runs"));
      return;
    }
    // One prompt of a session at a time, so that its turns are numbered in order.
    Acceptance.Accepted accepted;
    synchronized (session.prompting()) {
      PromptCall call =
          new PromptCall(
              id,
              session.next(),
              body,
              session.opening(),
              List.of(),
              http.header("Idempotency-Key"));
      accepted =
          acceptance.accept(
              "/sessions/" + id, call, (asked, answer) -> begin(session, id, asked, answer));
    }
    Work turn = accepted.work();
    if (accepted.refusal() != null) {
      http.refuse(accepted.refusal());
    } else if (turn != null) {
      String path = "/sessions/" + id + "/turns/" + turn.call().turnIndex();
      if (body.path("detach").asBoolean()) {
        http.answerHeaders().set("Location", path);
        http.send(202, Acceptance.accepted(turn));
      } else if (http.wantsStream()) {
        http.answerHeaders().set("Content-Location", path + "/events");
        http.stream(turn, 0);
      } else {
        http.sendOutcome(turn);
      }
    }
  }

  private Work begin(FakeSession session, String id, PromptCall call, FakeAnswer answer) {
    Work turn = new Work(id, call, answer);
    Work before = session.add(turn);
    threads.execute(
        () -> {
          try {
            if (before != null) {
              before.awaitEnd();
            }
            working(turn).run();
          } catch (InterruptedException closing) {
            turn.end("interrupted");
          }
        });
    return turn;
  }

  private synchronized FakeSession open(JsonNode body, @Nullable String key) {
    FakeSession earlier = key == null ? null : keys.get(key);
    if (earlier != null) {
      return earlier;
    }
    String id = "session-" + (sessions.size() + 1);
    FakeSession session = new FakeSession(id, body);
    sessions.put(id, session);
    if (key != null) {
      keys.put(key, session);
    }
    return session;
  }

  private synchronized @Nullable FakeSession find(String id) {
    return sessions.get(id);
  }

  synchronized List<FakeSession> newestFirst() {
    List<FakeSession> all = new ArrayList<>(sessions.values());
    Collections.reverse(all);
    return all;
  }
}
