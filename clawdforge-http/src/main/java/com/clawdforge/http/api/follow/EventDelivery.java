package com.clawdforge.http.api.follow;

import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Peer;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.Problems;
import com.clawdforge.http.web.sse.SseWriter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events and the outcome of a run or a turn to one client. The connection follows the
 * work but does not own it: a lost connection, or a peer that does not read, neither ends the work
 * nor delays other followers. An answer that cannot be completed is cut off, so that the client
 * notices.
 */
public final class EventDelivery {
  private static final Logger log = LoggerFactory.getLogger(EventDelivery.class);

  private EventDelivery() {}

  /** Work whose events are sent to a client. */
  public interface Followed {
    /** The name of its events in the stream. */
    String eventName();

    String eventId(long seq);

    /**
     * Returns the outcome of the work after its last event.
     *
     * @param gone whether the peer has closed its side of the connection
     * @throws RuntimeException if the end could not be recorded
     */
    Ending end(boolean gone) throws InterruptedException;
  }

  /**
   * The last event of a stream.
   *
   * @param body becomes JSON, unless there is a problem
   */
  public record Ending(String name, Object body, @Nullable Problem problem) {}

  /** Waits for the outcome of a run or turn. */
  @FunctionalInterface
  public interface Awaited<T> {
    T await() throws InterruptedException;
  }

  /** Writes the body of an answer. */
  @FunctionalInterface
  public interface Body {
    void write() throws IOException, InterruptedException;
  }

  /** Waits for an outcome; if it is unknown, the answer tells clients not to retry. */
  public static <T> T await(Context ctx, Awaited<T> work) throws InterruptedException {
    try {
      return work.await();
    } catch (RuntimeException unrecorded) {
      ctx.res().setHeader(Problem.SHOULD_RETRY, "false");
      throw new Problem.OutcomeUnknown(unrecorded);
    }
  }

  /**
   * Sets the header with the cost, and answers with the problem if there is one.
   *
   * @return whether the problem was the answer
   */
  public static boolean sendProblem(Context ctx, RecordedWork work, @Nullable Problem problem)
      throws IOException {
    @Nullable BigDecimal cost = work.report().costUsd();
    if (cost != null) {
      ctx.res().setHeader("X-Clawdforge-Cost-Usd", cost.toPlainString());
    }
    if (problem != null) {
      Problems.send(problem, Exchange.of(ctx.req()).requestId(), ctx.res());
    }
    return problem != null;
  }

  /**
   * Sends events as they arrive, then the outcome.
   *
   * @param heartbeat how often a comment shows that the stream is alive
   * @return whether all of it was written
   */
  public static boolean stream(Context ctx, EventReader events, Duration heartbeat, Followed work)
      throws InterruptedException {
    return wholeOrCut(
        ctx,
        () -> {
          SseWriter out = SseWriter.open(ctx);
          if (ctx.method().equals(HandlerType.HEAD)) {
            // Writes are discarded, so the server would never notice that the peer is gone.
            return;
          }
          EventReader.Batch batch;
          do {
            batch = events.next(heartbeat);
            write(out, work, batch);
          } while (!batch.last());
          last(out, ctx, work);
        });
  }

  private static void write(SseWriter out, Followed work, EventReader.Batch batch)
      throws IOException {
    if (batch.events().isEmpty() && !batch.last()) {
      out.comment();
      return;
    }
    long seq = batch.after();
    for (var event : batch.events()) {
      seq++;
      out.event(work.eventName(), work.eventId(seq), event.json());
    }
    out.flush();
  }

  private static void last(SseWriter out, Context ctx, Followed work)
      throws IOException, InterruptedException {
    String requestId = Exchange.of(ctx.req()).requestId();
    boolean gone = Peer.of(ctx.req()).gone();
    @Nullable Ending end = null;
    @Nullable Problem problem = null;
    try {
      end = work.end(gone);
      problem = end.problem();
    } catch (RuntimeException unrecorded) {
      log.atError()
          .addKeyValue("request_id", requestId)
          .setCause(unrecorded)
          .log("the end of a run or turn is unknown");
      problem = Problem.ofFailure(new Problem.OutcomeUnknown(unrecorded));
    }
    if (problem != null) {
      out.last("error", Json.text(problem.body(requestId)));
    } else if (end != null) {
      out.last(end.name(), Json.text(end.body()));
    }
  }

  /**
   * Writes a body, and closes the connection if that fails after the answer has begun.
   *
   * @return whether all of it was written
   */
  public static boolean wholeOrCut(Context ctx, Body body) throws InterruptedException {
    boolean whole = false;
    try {
      body.write();
      whole = true;
    } catch (IOException lost) {
      log.atDebug()
          .addKeyValue("request_id", Exchange.of(ctx.req()).requestId())
          .log("the caller was gone, or did not read");
    } finally {
      if (!whole && ctx.res().isCommitted()) {
        Peer.of(ctx.req()).disconnect();
      }
    }
    return whole;
  }
}
