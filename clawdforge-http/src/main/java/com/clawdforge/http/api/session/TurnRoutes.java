package com.clawdforge.http.api.session;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.session.TurnTicket;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.http.api.wire.Cancelled;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.body.BodyReader;
import com.clawdforge.http.web.sse.EventId;
import com.clawdforge.http.web.sse.SseWriter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Routes of turns: start, list, show, follow, cancel. */
public final class TurnRoutes {
  private static final String TURNS = SessionRoutes.PATH + "/turns";
  private static final String INDEX = "turn_index";
  private static final String TURN = TURNS + "/{" + INDEX + "}";
  private static final String TURN_PATH = "/sessions/%s/turns/%s";

  private final SessionService sessions;
  private final TurnService turns;
  private final BodyReader bodies;
  private final TurnAnswer answer;

  public TurnRoutes(
      SessionService sessions,
      TurnService turns,
      BodyReader bodies,
      Duration heartbeat,
      Clock clock) {
    this.sessions = sessions;
    this.turns = turns;
    this.bodies = bodies;
    this.answer = new TurnAnswer(heartbeat, clock);
  }

  public void addTo(RouteTable routes) {
    routes.work(HandlerType.POST, SessionRoutes.PATH + "/turn", this::start);
    routes.app(HandlerType.GET, TURNS, this::list);
    routes.app(HandlerType.GET, TURN, this::show);
    routes.app(HandlerType.GET, TURN + "/events", this::events);
    routes.app(HandlerType.POST, TURN + "/cancel", this::cancel);
  }

  private record Accepted(boolean ok, String sessionId, int turnIndex, String state) {}

  private record Turns(boolean ok, List<TurnView> turns, @Nullable String nextCursor) {}

  private void start(Context ctx, Caller caller) throws IOException, InterruptedException {
    String sessionId = sessionId(ctx);
    Started started = bodies.json(ctx, bytes -> accept(ctx, caller, sessionId, bytes));
    TurnTicket ticket = started.ticket();
    if (ticket.replayed()) {
      ctx.res().setHeader(RequestKey.REPLAY, "true");
    }
    if (started.detach()) {
      int index = ticket.turnIndex();
      ctx.res().setHeader("Location", turnPath(sessionId, index));
      String state = turns.get(caller, sessionId, index).state().wire();
      Responses.json(ctx, 202, new Accepted(true, sessionId, index, state));
    } else if (SseWriter.wanted(ctx)) {
      // A client that loses the connection before the first event knows where to continue.
      ctx.res().setHeader("Content-Location", turnPath(sessionId, ticket.turnIndex()) + "/events");
      answer.stream(ctx, ticket.turnIndex(), ticket.events(started.seen()), ticket::await);
    } else {
      answer.once(ctx, ticket);
    }
  }

  /** What is left of a request once its turn is accepted: not its prompt, while it waits. */
  private record Started(TurnTicket ticket, boolean detach, long seen) {}

  private Started accept(Context ctx, Caller caller, String sessionId, byte[] bytes) {
    TurnBody body =
        TurnBody.read(bytes, ctx.header(RequestKey.HEADER), Exchange.of(ctx.req()).requestId());
    long seen = 0;
    TurnTicket ticket;
    if (EventId.continues(ctx)) {
      ticket = earlier(ctx, caller, sessionId, body.request().key());
      seen = EventId.lastSeen(ctx, ticket.turnIndex());
    } else {
      ticket = turns.start(caller, sessionId, body.request());
    }
    body.ignored().announce(ctx);
    return new Started(ticket, body.detach(), seen);
  }

  // Browsers' libraries repeat the POST to continue a stream: a new turn would be paid for.
  private TurnTicket earlier(
      Context ctx, Caller caller, String sessionId, @Nullable IdempotencyKey key) {
    sessions.get(caller, sessionId);
    Optional<TurnTicket> earlier =
        key == null ? Optional.empty() : turns.rejoin(caller, sessionId, key);
    return earlier.orElseThrow(
        () -> {
          OptionalInt turn = EventId.turn(ctx);
          String index = turn.isPresent() ? Integer.toString(turn.getAsInt()) : "{turn_index}";
          return RequestKey.nothingToContinue(
              (key == null ? "it has no " : "no turn of this session has its ")
                  + RequestKey.HEADER
                  + ": GET "
                  + TURN_PATH.formatted(sessionId, index)
                  + "/events continues a turn");
        });
  }

  private static String turnPath(String sessionId, int index) {
    return TURN_PATH.formatted(sessionId, index);
  }

  private void list(Context ctx, Caller caller) throws IOException {
    Page<Turn> page = turns.list(caller, sessionId(ctx), Paging.of(ctx));
    Responses.json(
        ctx,
        new Turns(
            true,
            page.items().stream().map(TurnView::listed).toList(),
            Paging.cursor(ctx, page.next())));
  }

  private void show(Context ctx, Caller caller) throws IOException {
    int index = index(ctx, caller);
    Responses.json(ctx, TurnView.alone(turns.get(caller, sessionId(ctx), index)));
  }

  private void events(Context ctx, Caller caller) throws InterruptedException {
    String sessionId = sessionId(ctx);
    int index = index(ctx, caller);
    TurnService.Followed followed =
        turns.follow(caller, sessionId, index, lastSeen(ctx, caller, index));
    if (SseWriter.wanted(ctx)) {
      answer.stream(ctx, index, followed.events(), () -> turns.get(caller, sessionId, index));
    } else {
      answer.soFar(ctx, followed.turn(), followed.events());
    }
  }

  private void cancel(Context ctx, Caller caller) throws IOException, InterruptedException {
    int index = index(ctx, caller);
    Responses.json(ctx, new Cancelled(true, turns.cancel(caller, sessionId(ctx), index)));
  }

  private long lastSeen(Context ctx, Caller caller, int index) {
    try {
      return EventId.lastSeen(ctx, index);
    } catch (Refusal invalid) {
      // A turn that does not exist is reported before an id that is none of its.
      turns.get(caller, sessionId(ctx), index);
      throw invalid;
    }
  }

  private static String sessionId(Context ctx) {
    return ctx.pathParam(SessionRoutes.ID);
  }

  private int index(Context ctx, Caller caller) {
    String text = ctx.pathParam(INDEX);
    long index = text.matches("[1-9]\\d{0,9}") ? Long.parseLong(text) : 0;
    if (index < 1 || index > Integer.MAX_VALUE) {
      // A session that does not exist is reported before a turn that does not.
      sessions.get(caller, sessionId(ctx));
      throw Refusal.notFound("turn", text);
    }
    return (int) index;
  }
}
