package com.clawdforge.http.api.follow;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.run.FinishedRun;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.run.RunTicket;
import com.clawdforge.http.api.wire.AnswerJson;
import com.clawdforge.http.api.wire.ErrorView;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Peer;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.Problems;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.sse.SseWriter;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a run and sends its answer to the client. The connection follows the run but does not
 * own it: an answer that could not be delivered is kept in the ledger.
 */
public final class RunDelivery {
  private static final Logger log = LoggerFactory.getLogger(RunDelivery.class);
  private static final Duration WATCHFUL = Duration.ofSeconds(1);

  private final RunService runs;
  private final Duration heartbeat;

  public RunDelivery(RunService runs, Duration heartbeat) {
    this.runs = runs;
    this.heartbeat = heartbeat;
  }

  /** The answer; clients of the first version of the service read exactly these four members. */
  private record Answered(
      boolean ok, @JsonRawValue String result, long durationMs, @Nullable String stopReason) {}

  /** Waits for the run and answers once. */
  public void answer(Context ctx, RunTicket ticket) throws InterruptedException {
    FinishedRun finished;
    try {
      finished = ticket.await();
    } catch (RuntimeException unrecorded) {
      ctx.res().setHeader(Problem.SHOULD_RETRY, "false");
      throw unrecorded;
    }
    // A peer that closed its side may still read, so it gets the answer too.
    boolean gone = Peer.of(ctx.req()).gone();
    if (gone) {
      keep(finished);
    }
    try {
      send(ctx, finished);
    } catch (IOException lost) {
      if (!gone) {
        keep(finished);
      }
    }
  }

  /** Sends the run's messages as they arrive, then the answer. */
  public void stream(Context ctx, RunTicket ticket, boolean cancelOnDisconnect)
      throws InterruptedException {
    Peer peer = Peer.of(ctx.req());
    FollowerQueue events = new FollowerQueue();
    try {
      SseWriter out = SseWriter.open(ctx);
      ticket.follow(events);
      ticket.outcome().whenComplete((finished, failure) -> events.end());
      events.pump(out, cancelOnDisconnect ? watchful() : heartbeat);
    } catch (IOException lost) {
      if (cancelOnDisconnect) {
        ticket.cancel();
      }
      // A peer that was too slow must not mistake the stream for complete.
      peer.disconnect();
      keep(ticket.await());
      return;
    }
    finish(ctx, ticket, peer);
  }

  // Only the second write after a peer has gone fails.
  private Duration watchful() {
    return heartbeat.compareTo(WATCHFUL) < 0 ? heartbeat : WATCHFUL;
  }

  private void finish(Context ctx, RunTicket ticket, Peer peer) throws InterruptedException {
    String requestId = Exchange.of(ctx.req()).requestId();
    @Nullable FinishedRun finished = null;
    boolean gone = peer.gone();
    try {
      SseWriter out = new SseWriter(ctx.res().getOutputStream());
      try {
        finished = ticket.await();
      } catch (RuntimeException unrecorded) {
        log.atError().addKeyValue("request_id", requestId).setCause(unrecorded).log("a run failed");
        out.last("error", Json.text(Problem.internalError().body(requestId)));
        return;
      }
      if (gone) {
        keep(finished);
      }
      @Nullable Problem problem = problem(finished);
      if (problem == null) {
        out.last("run", Json.text(answered(finished)));
      } else {
        out.last("error", Json.text(problem.body(requestId)));
      }
    } catch (IOException lost) {
      if (!gone && finished != null) {
        keep(finished);
      }
    }
  }

  private static void send(Context ctx, FinishedRun finished) throws IOException {
    HttpServletResponse response = ctx.res();
    @Nullable BigDecimal cost = finished.run().report().costUsd();
    if (cost != null) {
      response.setHeader("X-Clawdforge-Cost-Usd", cost.toPlainString());
    }
    @Nullable Problem problem = problem(finished);
    if (problem == null) {
      Responses.json(ctx, answered(finished));
    } else {
      Problems.send(problem, Exchange.of(ctx.req()).requestId(), response);
    }
  }

  private static Answered answered(FinishedRun finished) {
    Duration took = Objects.requireNonNullElse(finished.run().duration(), Duration.ZERO);
    return new Answered(
        true,
        AnswerJson.of(Objects.requireNonNull(finished.answer())),
        took.toMillis(),
        finished.run().report().stopReason());
  }

  private static @Nullable Problem problem(FinishedRun finished) {
    @Nullable Problem problem = ErrorView.problem(finished.run());
    return problem != null || finished.answer() != null
        ? problem
        : Problem.of(ErrorCode.NOT_FOUND, "the answer of this run is not kept any more");
  }

  private void keep(FinishedRun undelivered) {
    try {
      runs.keepAnswer(undelivered);
    } catch (StoreException e) {
      log.atError()
          .addKeyValue("run_id", undelivered.run().id())
          .setCause(e)
          .log("an undelivered answer could not be kept");
    }
  }
}
