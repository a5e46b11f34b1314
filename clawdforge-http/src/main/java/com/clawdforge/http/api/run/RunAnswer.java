package com.clawdforge.http.api.run;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.run.FinishedRun;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.run.RunTicket;
import com.clawdforge.http.api.follow.EventDelivery;
import com.clawdforge.http.api.wire.AnswerJson;
import com.clawdforge.http.api.wire.WorkProblem;
import com.clawdforge.http.web.Peer;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.Responses;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a run's answer to its client, or keeps it in the ledger if the client is gone. */
final class RunAnswer {
  private static final Logger log = LoggerFactory.getLogger(RunAnswer.class);
  private static final Duration WATCHFUL = Duration.ofSeconds(1);

  private final RunService runs;
  private final Duration heartbeat;
  private final Clock clock;

  RunAnswer(RunService runs, Duration heartbeat, Clock clock) {
    this.runs = runs;
    this.heartbeat = heartbeat;
    this.clock = clock;
  }

  /**
   * The answer; clients of the first version of the service read exactly the first four members.
   *
   * @param warnings only if there are some
   */
  private record Answered(
      boolean ok,
      @JsonRawValue String result,
      long durationMs,
      @Nullable String stopReason,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    static Answered of(FinishedRun finished) {
      Duration took = Objects.requireNonNullElse(finished.run().duration(), Duration.ZERO);
      return new Answered(
          true,
          finished.answer() == null ? "null" : AnswerJson.of(finished.answer()),
          took.toMillis(),
          finished.run().report().stopReason(),
          finished.run().report().details().warnings());
    }
  }

  /** Waits for the run and answers once. */
  void once(Context ctx, RunTicket ticket) throws InterruptedException {
    FinishedRun finished = EventDelivery.await(ctx, ticket::await);
    // A peer that closed its side may still read, so it gets the answer too.
    boolean gone = Peer.of(ctx.req()).gone();
    if (gone) {
      keep(finished);
    }
    try {
      if (!EventDelivery.sendProblem(ctx, finished.run(), problem(finished))) {
        Responses.json(ctx, Answered.of(finished));
      }
    } catch (IOException lost) {
      if (!gone) {
        keep(finished);
      }
    }
  }

  /**
   * Sends the run's events as they arrive, then the answer.
   *
   * @param seen events up to this seq are left out; 0 for none
   */
  void stream(Context ctx, RunTicket ticket, long seen, boolean cancelOnDisconnect)
      throws InterruptedException {
    // Only the second write after a peer has gone fails.
    boolean watchful = cancelOnDisconnect && heartbeat.compareTo(WATCHFUL) > 0;
    Following run = new Following(ticket);
    boolean whole =
        EventDelivery.stream(ctx, ticket.events(seen), watchful ? WATCHFUL : heartbeat, run);
    if (!whole) {
      if (cancelOnDisconnect) {
        ticket.cancel();
      }
      keep(ticket.await());
    }
  }

  private final class Following implements EventDelivery.Followed {
    private final RunTicket ticket;

    private Following(RunTicket ticket) {
      this.ticket = ticket;
    }

    @Override
    public String eventName() {
      return "claude";
    }

    @Override
    public String eventId(long seq) {
      return Long.toString(seq);
    }

    @Override
    public EventDelivery.Ending end(boolean gone) throws InterruptedException {
      FinishedRun finished = ticket.await();
      if (gone) {
        keep(finished);
      }
      return new EventDelivery.Ending("run", Answered.of(finished), problem(finished));
    }
  }

  private @Nullable Problem problem(FinishedRun finished) {
    @Nullable Problem problem = WorkProblem.of(finished.run(), clock.instant());
    return problem != null || finished.answer() != null
        ? problem
        : Problem.of(ErrorCode.NOT_FOUND, "the answer of this run is not kept any more");
  }

  private void keep(FinishedRun undelivered) {
    try {
      runs.keepAnswer(undelivered);
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("run_id", undelivered.run().id())
          .setCause(e)
          .log("an undelivered answer could not be kept");
    }
  }
}
