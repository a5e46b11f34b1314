package com.clawdforge.http.api.follow;

import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnEvents;
import com.clawdforge.core.session.TurnTicket;
import com.clawdforge.http.api.wire.ErrorView;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Peer;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.Problems;
import com.clawdforge.http.web.sse.EventId;
import com.clawdforge.http.web.sse.SseWriter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a turn's events and its outcome to a client. The connection follows the turn but does not
 * own it: a lost connection, or a peer that does not read, neither ends the turn nor delays other
 * followers. An answer that cannot be completed is cut off, so that the client notices.
 */
public final class TurnDelivery {
  private static final Logger log = LoggerFactory.getLogger(TurnDelivery.class);

  private final Duration heartbeat;

  public TurnDelivery(Duration heartbeat) {
    this.heartbeat = heartbeat;
  }

  /** Returns the turn in its final state, once its last event was sent. */
  @FunctionalInterface
  public interface End {
    Turn get() throws InterruptedException;
  }

  /** The answer without the events. */
  private record Answered(
      boolean ok, String sessionId, int turnIndex, @Nullable String stopReason, long durationMs) {
    static Answered of(Turn turn) {
      return new Answered(
          true, turn.sessionId(), turn.index(), turn.report().stopReason(), millis(turn));
    }
  }

  /** The members after the events in the answer to a turn. */
  private record Ending(@Nullable String stopReason, long durationMs) {}

  /** The members after the events so far. */
  private record SoFar(String state, @Nullable String lastEventId) {}

  /** Writes the body of an answer. */
  @FunctionalInterface
  private interface Body {
    void write() throws IOException, InterruptedException;
  }

  /** Waits for the turn and answers once. */
  public void answer(Context ctx, TurnTicket ticket) throws InterruptedException {
    Turn turn;
    try {
      turn = ticket.await();
    } catch (RuntimeException unrecorded) {
      ctx.res().setHeader(Problem.SHOULD_RETRY, "false");
      throw unrecorded;
    }
    HttpServletResponse response = ctx.res();
    @Nullable BigDecimal cost = turn.report().costUsd();
    if (cost != null) {
      response.setHeader("X-Clawdforge-Cost-Usd", cost.toPlainString());
    }
    @Nullable Problem problem = ErrorView.problem(turn);
    wholeOrCut(
        ctx,
        () -> {
          if (problem != null) {
            Problems.send(problem, Exchange.of(ctx.req()).requestId(), response);
            return;
          }
          TurnEvents events = ticket.events(0);
          EventArray array = EventArray.open(response, turn.sessionId(), turn.index());
          array.writeAll(events);
          array.close(new Ending(turn.report().stopReason(), millis(turn)));
        });
  }

  /** Sends the events that exist now. */
  public void soFar(Context ctx, Turn turn, TurnEvents events) throws InterruptedException {
    wholeOrCut(
        ctx,
        () -> {
          EventArray array = EventArray.open(ctx.res(), turn.sessionId(), turn.index());
          long last = array.writeAll(events);
          String id = last == 0 ? null : new EventId(turn.index(), last).toString();
          array.close(new SoFar(turn.state().wire(), id));
        });
  }

  /** Sends the events as they arrive, then the outcome. */
  public void stream(Context ctx, int index, TurnEvents events, End end)
      throws InterruptedException {
    wholeOrCut(
        ctx,
        () -> {
          SseWriter out = SseWriter.open(ctx);
          if (ctx.method().equals(HandlerType.HEAD)) {
            // Writes are discarded, so the server would never notice that the peer is gone.
            return;
          }
          TurnEvents.Batch batch;
          do {
            batch = events.next(heartbeat);
            write(out, index, batch);
          } while (!batch.last());
          last(out, Exchange.of(ctx.req()).requestId(), end);
        });
  }

  private static void write(SseWriter out, int index, TurnEvents.Batch batch) throws IOException {
    if (batch.events().isEmpty() && !batch.last()) {
      out.comment();
      return;
    }
    long seq = batch.after();
    for (var event : batch.events()) {
      seq++;
      out.event("acp", new EventId(index, seq).toString(), event.json());
    }
    out.flush();
  }

  private static void last(SseWriter out, String requestId, End end)
      throws IOException, InterruptedException {
    @Nullable Turn turn = null;
    try {
      turn = end.get();
    } catch (RuntimeException unrecorded) {
      log.atError().addKeyValue("request_id", requestId).setCause(unrecorded).log("a turn failed");
    }
    // If no event follows but the turn is not over, its end could not be recorded.
    @Nullable Problem problem =
        turn == null || !turn.state().over() ? Problem.internalError() : ErrorView.problem(turn);
    if (problem == null) {
      out.last("turn", Json.text(Answered.of(Objects.requireNonNull(turn))));
    } else {
      out.last("error", Json.text(problem.body(requestId)));
    }
  }

  private static void wholeOrCut(Context ctx, Body body) throws InterruptedException {
    boolean whole = false;
    try {
      body.write();
      whole = true;
    } catch (IOException lost) {
      log.atDebug()
          .addKeyValue("request_id", Exchange.of(ctx.req()).requestId())
          .log("the client was gone, or did not read");
    } finally {
      if (!whole && ctx.res().isCommitted()) {
        Peer.of(ctx.req()).disconnect();
      }
    }
  }

  private static long millis(Turn turn) {
    return Objects.requireNonNullElse(turn.duration(), Duration.ZERO).toMillis();
  }
}
