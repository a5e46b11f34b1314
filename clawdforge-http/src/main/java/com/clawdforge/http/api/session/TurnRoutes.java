package com.clawdforge.http.api.session;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.session.TurnTicket;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.http.api.wire.Cancelled;
import com.clawdforge.http.web.BodyReader;
import com.clawdforge.http.web.Exchange;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.sse.EventId;
import com.clawdforge.http.web.sse.SseWriter;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns of sessions: starting, watching, looking up. */
public final class TurnRoutes {
  private static final String TURNS = SessionRoutes.PATH + "/turns";
  private static final String INDEX = "turn_index";
  private static final String TURN = TURNS + "/{" + INDEX + "}";

  private final SessionService sessions;
  private final TurnService turns;
  private final BodyReader bodies;
  private final TurnAnswer answer;

  public TurnRoutes(
      SessionService sessions, TurnService turns, BodyReader bodies, Duration heartbeat) {
    this.sessions = sessions;
    this.turns = turns;
    this.bodies = bodies;
    this.answer = new TurnAnswer(heartbeat);
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
    String sessionId = ctx.pathParam(SessionRoutes.ID);
    TurnBody body =
        TurnBody.read(
            bodies.json(ctx), ctx.header(RequestKey.HEADER), Exchange.of(ctx.req()).requestId());
    TurnTicket ticket = turns.start(caller, sessionId, body.request());
    if (ticket.replayed()) {
      ctx.res().setHeader(RequestKey.REPLAY, "true");
    }
    if (body.detach()) {
      int index = ticket.turnIndex();
      ctx.res().setHeader("Location", turnPath(sessionId, index));
      String state = turns.get(caller, sessionId, index).state().wire();
      Responses.json(ctx, 202, new Accepted(true, sessionId, index, state));
    } else if (SseWriter.wanted(ctx)) {
      // The head of a stream is early: a client lost before the first event knows where to
      // continue.
      ctx.res().setHeader("Content-Location", turnPath(sessionId, ticket.turnIndex()) + "/events");
      answer.stream(ctx, ticket.turnIndex(), ticket.events(0), ticket::await);
    } else {
      answer.once(ctx, ticket);
    }
  }

  private static String turnPath(String sessionId, int index) {
    return "/sessions/" + sessionId + "/turns/" + index;
  }

  private void list(Context ctx, Caller caller) throws IOException {
    Page<Turn> page = turns.list(caller, ctx.pathParam(SessionRoutes.ID), Paging.of(ctx));
    Responses.json(
        ctx,
        new Turns(
            true,
            page.items().stream().map(TurnView::listed).toList(),
            Paging.cursor(ctx, page.next())));
  }

  private void show(Context ctx, Caller caller) throws IOException {
    Responses.json(ctx, TurnView.alone(turn(ctx, caller)));
  }

  private void events(Context ctx, Caller caller) throws InterruptedException {
    // Looked up before its events are: a turn that is over then has them all.
    Turn turn = turn(ctx, caller);
    long after = EventId.lastSeen(ctx, turn.index());
    EventReader events = turns.events(caller, turn.sessionId(), turn.index(), after);
    if (SseWriter.wanted(ctx)) {
      answer.stream(
          ctx, turn.index(), events, () -> turns.get(caller, turn.sessionId(), turn.index()));
    } else {
      answer.soFar(ctx, turn, events);
    }
  }

  private void cancel(Context ctx, Caller caller) throws IOException, InterruptedException {
    Turn turn = turn(ctx, caller);
    Responses.json(ctx, new Cancelled(true, turns.cancel(caller, turn.sessionId(), turn.index())));
  }

  private Turn turn(Context ctx, Caller caller) {
    String sessionId = ctx.pathParam(SessionRoutes.ID);
    String index = ctx.pathParam(INDEX);
    sessions.get(caller, sessionId);
    try {
      if (index.matches("[1-9]\\d*")) {
        return turns.get(caller, sessionId, Integer.parseInt(index));
      }
    } catch (NumberFormatException beyondAnyInt) {
      throw noTurn(index);
    }
    throw noTurn(index);
  }

  private static Refusal noTurn(String index) {
    return Refusal.notFound("turn", index);
  }
}
