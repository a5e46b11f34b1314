package com.clawdforge.http.api.session;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionFeed;
import com.clawdforge.core.session.SessionFeed.Step;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.http.api.follow.EventDelivery;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Problem;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.sse.EventId;
import com.clawdforge.http.web.sse.SseWriter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Streams a whole session to a client: each turn with its events, what comes between turns, and the
 * end of the session.
 */
public final class SessionStream {
  private final SessionService sessions;
  private final TurnService turns;
  private final Duration heartbeat;
  private final Clock clock;

  public SessionStream(
      SessionService sessions, TurnService turns, Duration heartbeat, Clock clock) {
    this.sessions = sessions;
    this.turns = turns;
    this.heartbeat = heartbeat;
    this.clock = clock;
  }

  public void addTo(RouteTable routes) {
    routes.app(HandlerType.GET, SessionRoutes.PATH + "/events", this::follow);
  }

  private record TurnStarted(String sessionId, int turnIndex, long promptBytes) {}

  private record Closed(String sessionId, long closedAt) {}

  private void follow(Context ctx, Caller caller) throws InterruptedException {
    String sessionId = ctx.pathParam(SessionRoutes.ID);
    sessions.get(caller, sessionId);
    try (SessionFeed feed = feed(ctx, caller, sessionId)) {
      EventDelivery.wholeOrCut(
          ctx,
          () -> {
            SseWriter out = SseWriter.open(ctx);
            if (!ctx.method().equals(HandlerType.HEAD)) {
              write(ctx, out, feed);
            }
          });
    }
  }

  private SessionFeed feed(Context ctx, Caller caller, String sessionId) {
    Optional<EventId> seen = EventId.ofSession(ctx);
    try {
      return turns.watch(
          caller,
          sessionId,
          seen.map(EventId::turnIndex).orElse(0),
          seen.map(EventId::seq).orElse(0L));
    } catch (Refusal refused) {
      throw refused.code() == ErrorCode.NOT_FOUND && seen.isPresent()
          ? EventId.notOfSession(ctx)
          : refused;
    }
  }

  private void write(Context ctx, SseWriter out, SessionFeed feed)
      throws IOException, InterruptedException {
    while (true) {
      switch (feed.next(heartbeat)) {
        case Step.Nothing nothing -> out.comment();
        case Step.Begun begun -> write(out, begun.turn());
        case Step.Events events -> write(out, events);
        case Step.Over over -> ended(ctx, out, over.turn());
        case Step.Closed closed -> {
          out.last("closed", Json.text(closed(closed.session())));
          return;
        }
        case Step.Cut cut -> {
          out.last("error", Json.text(Problem.of(cut.why()).body(requestId(ctx))));
          return;
        }
      }
    }
  }

  private static void write(SseWriter out, Turn turn) throws IOException {
    TurnStarted started = new TurnStarted(turn.sessionId(), turn.index(), turn.promptBytes());
    out.event(
        "turn_started",
        new EventId(turn.index(), 0).toString(),
        Json.text(started).getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void write(SseWriter out, Step.Events events) throws IOException {
    long seq = events.after();
    for (var event : events.events()) {
      seq++;
      out.event("acp", new EventId(events.turnIndex(), seq).toString(), event.json());
    }
    out.flush();
  }

  private void ended(Context ctx, SseWriter out, Turn turn) throws IOException {
    @Nullable Problem problem = TurnAnswer.problem(turn, clock);
    if (problem == null) {
      out.event("turn", Json.text(TurnAnswer.answered(turn)));
    } else {
      Map<String, @Nullable Object> body = new LinkedHashMap<>(problem.body(requestId(ctx)));
      body.put("turn_index", turn.index());
      out.event("error", Json.text(body));
    }
    out.flush();
  }

  private static Closed closed(Session session) {
    return new Closed(session.id(), Objects.requireNonNull(session.closedAt()).getEpochSecond());
  }

  private static String requestId(Context ctx) {
    return Exchange.of(ctx.req()).requestId();
  }
}
