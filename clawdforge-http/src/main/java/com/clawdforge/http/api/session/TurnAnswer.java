package com.clawdforge.http.api.session;

import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnTicket;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.http.api.follow.EventArray;
import com.clawdforge.http.api.follow.EventDelivery;
import com.clawdforge.http.api.wire.WorkProblem;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.sse.EventId;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends a turn's events and its outcome to a client. */
final class TurnAnswer {
  private final Duration heartbeat;
  private final Clock clock;

  TurnAnswer(Duration heartbeat, Clock clock) {
    this.heartbeat = heartbeat;
    this.clock = clock;
  }

  /** The answer without the events. */
  private record Answered(
      boolean ok,
      String sessionId,
      int turnIndex,
      @Nullable String stopReason,
      long durationMs,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    static Answered of(Turn turn) {
      return new Answered(
          true,
          turn.sessionId(),
          turn.index(),
          turn.report().stopReason(),
          millis(turn),
          turn.report().details().warnings());
    }
  }

  /** The members after the events in the answer to a turn. */
  private record Ending(
      @Nullable String stopReason,
      long durationMs,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {
    static Ending of(Turn turn) {
      return new Ending(
          turn.report().stopReason(), millis(turn), turn.report().details().warnings());
    }
  }

  /** The members after the events so far. */
  private record SoFar(String state, @Nullable String lastEventId) {}

  /** Waits for the turn and answers once. */
  void once(Context ctx, TurnTicket ticket) throws InterruptedException {
    Turn turn = EventDelivery.await(ctx, ticket::await);
    EventDelivery.wholeOrCut(
        ctx,
        () -> {
          if (!EventDelivery.sendProblem(ctx, turn, WorkProblem.of(turn, clock.instant()))) {
            EventArray array = EventArray.open(ctx.res(), turn.sessionId(), turn.index());
            array.writeAll(ticket.events(0));
            array.close(Ending.of(turn));
          }
        });
  }

  /** Sends the events that exist now. */
  void soFar(Context ctx, Turn turn, EventReader events) throws InterruptedException {
    EventDelivery.wholeOrCut(
        ctx,
        () -> {
          EventArray array = EventArray.open(ctx.res(), turn.sessionId(), turn.index());
          long last = array.writeAll(events);
          String id = last == 0 ? null : new EventId(turn.index(), last).toString();
          array.close(new SoFar(turn.state().wire(), id));
        });
  }

  /**
   * Sends the events as they arrive, then the outcome.
   *
   * @param end returns the turn in its final state, after its last event
   */
  void stream(Context ctx, int index, EventReader events, EventDelivery.Awaited<Turn> end)
      throws InterruptedException {
    EventDelivery.stream(ctx, events, heartbeat, new Following(index, end, clock));
  }

  private record Following(int index, EventDelivery.Awaited<Turn> turn, Clock clock)
      implements EventDelivery.Followed {
    @Override
    public String eventName() {
      return "acp";
    }

    @Override
    public String eventId(long seq) {
      return new EventId(index, seq).toString();
    }

    @Override
    public EventDelivery.Ending end(boolean gone) throws InterruptedException {
      Turn over = turn.await();
      return new EventDelivery.Ending("turn", answered(over), problem(over, clock));
    }
  }

  /** The answer to a turn that no event will follow, without its events. */
  static Object answered(Turn over) {
    return Answered.of(over);
  }

  /** The problem of a turn that no event will follow, or null. */
  static @Nullable Problem problem(Turn over, Clock clock) {
    // If it is not over, its end could not be recorded.
    return over.state().over() ? WorkProblem.of(over, clock.instant()) : Problem.internalError();
  }

  private static long millis(Turn turn) {
    return Objects.requireNonNullElse(turn.duration(), Duration.ZERO).toMillis();
  }
}
