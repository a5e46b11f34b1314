package com.clawdforge.http.faults;

import com.clawdforge.acpx.offline.ModelReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A way in which something goes wrong, and what the app is told.
 *
 * @param what as {@link FaultyChild} is told, such as {@code exit 3}
 * @param status of the answer
 * @param says the {@code code} of the error, or a part of the answer's text
 * @param state of the work in the ledger afterwards
 */
record Fault(Kind kind, String what, int status, String says, String state) {
  /** What is at fault. */
  enum Kind {
    /** The agent of a run. */
    RUN,
    /** The agent of a run, before it has read anything. */
    RUN_START,
    /** The agent of a session. */
    TURN,
    /** The agent of a session, before it has answered anything. */
    TURN_START,
    /** The model, which the agent of a run reaches through the server. */
    MODEL,
    /** The app cancels a detached run or turn. */
    CANCEL,
    /** The app is gone in the middle of its stream. */
    GONE,
    /** The app is gone in the middle of its upload. */
    UPLOAD
  }

  private static final String FAILED = "agent_failed";

  /** What the agents of runs and of sessions do alike. */
  private static final List<Fault> OF_AGENTS =
      List.of(
          done("answer"),
          done("events 20"),
          failed("exit 0"),
          failed("exit 3"),
          failed("exit 255"),
          failed("signal 1"),
          failed("signal 6"),
          failed("signal 9"),
          failed("signal 11"),
          failed("signal 15"),
          failed("half"),
          done("garbage"),
          done("bytes"),
          done("deep"),
          done("numbers"),
          failed("long"),
          failed("flood"),
          failed("noise"),
          done("stderr"),
          late("stall"),
          late("deaf"),
          done("children"),
          late("orphans"),
          failed("closed"),
          late("stopped"),
          done("drip"),
          done("lingering"),
          done("twice"),
          failed("refuse"),
          done("strangers"),
          done("litter"));

  /** What models answer, in the order in which {@link FaultyChild} counts them. */
  static final List<ModelReply> MODEL_REPLIES =
      List.of(
          ModelReply.text("well"),
          ModelReply.error(401, "authentication_error", "no"),
          ModelReply.error(403, "permission_error", "no"),
          ModelReply.error(429, "rate_limit_error", "slower", Map.of("retry-after", "1")),
          ModelReply.error(500, "api_error", "no"),
          ModelReply.error(529, "overloaded_error", "no"),
          ModelReply.errorAfter("hal", "overloaded_error", "no"),
          ModelReply.cutAfter("hal"),
          ModelReply.garbage(),
          ModelReply.html(502, "<html>"),
          ModelReply.streamedSlowly(List.of("d", "r", "i", "p"), Duration.ofMillis(100)),
          ModelReply.silent(),
          ModelReply.stalledAfter("hal"));

  private static final List<Fault> OF_MODELS =
      List.of(
          model(0, "status 200 whole"),
          model(1, "status 401"),
          model(2, "status 403"),
          model(3, "status 429"),
          model(4, "status 500"),
          model(5, "status 529"),
          model(6, "status 200 error"),
          model(7, "status 200 cut"),
          model(8, "status 200 cut"),
          model(9, "status 502"),
          model(10, "status 200 whole"),
          late("model 11").by(Kind.MODEL),
          late("model 12").by(Kind.MODEL));

  /** All that the suite has happen. */
  static final List<Fault> ALL = all();

  /** The faults of agents before any prompt, as {@link FaultyChild} has them as agents. */
  static List<String> atStart() {
    return ALL.stream()
        .filter(fault -> fault.kind == Kind.TURN_START)
        .map(fault -> fault.what.replace(' ', '-'))
        .toList();
  }

  /** Those of one kind. */
  static List<Fault> of(Predicate<Fault> wanted) {
    return ALL.stream().filter(wanted).toList();
  }

  private static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    for (Kind kind : List.of(Kind.RUN, Kind.TURN)) {
      OF_AGENTS.forEach(fault -> all.add(fault.by(kind)));
    }
    all.addAll(OF_MODELS);
    for (Kind kind : List.of(Kind.RUN_START, Kind.TURN_START)) {
      all.add(failed("exit 3").by(kind));
      all.add(failed("signal 9").by(kind));
      all.add(failed("long").by(kind));
      all.add(failed("closed").by(kind));
      all.add(late("deaf").by(kind));
      all.add(late("stopped").by(kind));
    }
    all.add(new Fault(Kind.RUN_START, "exit 127", 503, "agent_unavailable", "failed"));
    for (String what : List.of("stall", "deaf", "orphans", "flood")) {
      all.add(new Fault(Kind.CANCEL, what, 200, "cancelled", "cancelled"));
    }
    all.add(new Fault(Kind.GONE, "stall", 200, "", "cancelled"));
    all.add(new Fault(Kind.GONE, "orphans", 200, "", "cancelled"));
    all.add(new Fault(Kind.UPLOAD, "cut", 0, "", ""));
    return List.copyOf(all);
  }

  private static Fault done(String what) {
    return new Fault(Kind.RUN, what, 200, "did " + what.replaceFirst(" .*", ""), "completed");
  }

  private static Fault failed(String what) {
    return new Fault(Kind.RUN, what, 502, FAILED, "failed");
  }

  private static Fault late(String what) {
    return new Fault(Kind.RUN, what, 504, "agent_timeout", "timed_out");
  }

  private static Fault model(int number, String says) {
    return new Fault(Kind.MODEL, "model " + number, 200, says, "completed");
  }

  private Fault by(Kind other) {
    return new Fault(other, what, status, says, state);
  }

  /** Its name in tables. */
  String name() {
    return kind + " " + what;
  }

  /** How long the work may take, in seconds; as short as can be where it never ends. */
  int timeoutSecs() {
    return status == 504 ? 1 : 60;
  }
}
