package com.clawdforge.http.api.session;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.SessionTicket;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.http.api.wire.Cancelled;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.body.BodyReader;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes of sessions: open, list, show, cancel, close. */
public final class SessionRoutes {
  /** The path parameter with the id of a session. */
  static final String ID = "session_id";

  static final String PATH = "/sessions/{" + ID + "}";

  private static final String INCLUDE_CLOSED = "include_closed";

  private final SessionService sessions;
  private final TurnService turns;
  private final BodyReader bodies;

  public SessionRoutes(SessionService sessions, TurnService turns, BodyReader bodies) {
    this.sessions = sessions;
    this.turns = turns;
    this.bodies = bodies;
  }

  public void addTo(RouteTable routes) {
    routes.work(HandlerType.POST, "/sessions", this::open);
    routes.app(HandlerType.GET, "/sessions", this::list);
    routes.app(HandlerType.GET, PATH, this::show);
    routes.app(HandlerType.DELETE, PATH, this::close);
    routes.app(HandlerType.POST, PATH + "/cancel", this::cancel);
    routes.admin(HandlerType.GET, "/admin/sessions", this::listAll);
  }

  private record Closed(boolean ok, String sessionId, boolean alreadyClosed) {}

  private record Sessions(boolean ok, List<SessionView> sessions, @Nullable String nextCursor) {
    static Sessions of(Context ctx, Page<Session> page, Function<Session, SessionView> view) {
      return new Sessions(
          true, page.items().stream().map(view).toList(), Paging.cursor(ctx, page.next()));
    }
  }

  private void open(Context ctx, Caller caller) throws IOException {
    SessionTicket ticket = bodies.json(ctx, bytes -> open(ctx, caller, bytes));
    if (ticket.replayed()) {
      ctx.res().setHeader(RequestKey.REPLAY, "true");
    }
    Responses.json(ctx, SessionView.opened(ticket.session()));
  }

  private SessionTicket open(Context ctx, Caller caller, byte[] bytes) {
    SessionBody body = SessionBody.read(bytes, ctx.header(RequestKey.HEADER));
    SessionTicket ticket = sessions.open(caller, body.request());
    body.ignored().announce(ctx);
    return ticket;
  }

  private void list(Context ctx, Caller caller) throws IOException {
    Page<Session> page = sessions.list(caller, includeClosed(ctx), Paging.ofOrAll(ctx));
    Responses.json(ctx, Sessions.of(ctx, page, SessionView::listed));
  }

  private void listAll(Context ctx) throws IOException {
    Page<Session> page = sessions.listAll(includeClosed(ctx), Paging.of(ctx));
    Responses.json(ctx, Sessions.of(ctx, page, SessionView::listedForAdmin));
  }

  private void show(Context ctx, Caller caller) throws IOException {
    Session session = sessions.get(caller, ctx.pathParam(ID));
    Responses.json(ctx, SessionView.alone(session, turns.active(session.id())));
  }

  private void close(Context ctx, Caller caller) throws IOException, InterruptedException {
    String id = ctx.pathParam(ID);
    Responses.json(ctx, new Closed(true, id, !sessions.close(caller, id)));
  }

  private void cancel(Context ctx, Caller caller) throws IOException, InterruptedException {
    Responses.json(ctx, new Cancelled(true, turns.cancel(caller, ctx.pathParam(ID))));
  }

  private static boolean includeClosed(Context ctx) {
    @Nullable String text = Paging.parameter(ctx, INCLUDE_CLOSED);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw Refusal.invalid(INCLUDE_CLOSED, INCLUDE_CLOSED + " must be true or false");
  }
}
