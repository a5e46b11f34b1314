package com.clawdforge.http.api.run;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.run.RunTicket;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes of one-shot runs: start, list, show, cancel. */
public final class RunRoutes {
  private static final String RUN_ID = "X-Clawdforge-Run-Id";

  private final RunService runs;
  private final BodyReader bodies;
  private final RunAnswer answer;

  public RunRoutes(RunService runs, BodyReader bodies, Duration heartbeat, Clock clock) {
    this.runs = runs;
    this.bodies = bodies;
    this.answer = new RunAnswer(runs, heartbeat, clock);
  }

  public void addTo(RouteTable routes) {
    routes.work(HandlerType.POST, "/run", this::start);
    routes.app(HandlerType.GET, "/runs", this::list);
    routes.app(HandlerType.GET, "/runs/{run_id}", this::show);
    routes.app(HandlerType.POST, "/runs/{run_id}/cancel", this::cancel);
    routes.admin(HandlerType.GET, "/admin/runs", this::listAll);
  }

  private record Accepted(boolean ok, String runId, String state) {}

  private record Runs(boolean ok, List<RunView> runs, @Nullable String nextCursor) {
    static Runs of(Context ctx, Page<Run> page, Function<Run, RunView> view) {
      return new Runs(
          true, page.items().stream().map(view).toList(), Paging.cursor(ctx, page.next()));
    }
  }

  private void start(Context ctx, Caller caller) throws IOException, InterruptedException {
    Started started = bodies.json(ctx, bytes -> accept(ctx, caller, bytes));
    RunTicket ticket = started.ticket();
    ctx.res().setHeader(RUN_ID, ticket.runId());
    if (ticket.replayed()) {
      ctx.res().setHeader(RequestKey.REPLAY, "true");
    }
    if (started.detach()) {
      Run run = runs.get(caller, ticket.runId());
      ctx.res().setHeader("Location", "/runs/" + ticket.runId());
      Responses.json(ctx, 202, new Accepted(true, ticket.runId(), run.state().wire()));
    } else if (started.stream()) {
      answer.stream(ctx, ticket, started.seen(), started.cancelOnDisconnect());
    } else {
      answer.once(ctx, ticket);
    }
  }

  /** What is left of a request once its run is accepted: not its prompt, while it waits. */
  private record Started(
      RunTicket ticket, boolean detach, boolean stream, boolean cancelOnDisconnect, long seen) {}

  private Started accept(Context ctx, Caller caller, byte[] bytes) {
    RunBody body =
        RunBody.read(
            bytes,
            SseWriter.wanted(ctx),
            ctx.header(RequestKey.HEADER),
            Exchange.of(ctx.req()).requestId());
    long seen = EventId.lastSeen(ctx);
    RunTicket ticket =
        EventId.continues(ctx)
            ? earlier(caller, body.request().key())
            : runs.start(caller, body.request());
    body.ignored().announce(ctx);
    return new Started(ticket, body.detach(), body.stream(), body.cancelOnDisconnect(), seen);
  }

  // Browsers' libraries repeat the POST to continue a stream: a new run would be paid for.
  private RunTicket earlier(Caller caller, @Nullable IdempotencyKey key) {
    Optional<RunTicket> earlier = key == null ? Optional.empty() : runs.rejoin(caller, key);
    return earlier.orElseThrow(
        () ->
            RequestKey.nothingToContinue(
                (key == null ? "it has no " : "no run has its ")
                    + RequestKey.HEADER
                    + ": GET /runs/{run_id}, with the id in "
                    + RUN_ID
                    + " of the broken answer, has the state of the run, and its answer once it is"
                    + " over"));
  }

  private void list(Context ctx, Caller caller) throws IOException {
    @Nullable String requestId = Paging.parameter(ctx, "request_id");
    Page<Run> page =
        requestId == null
            ? runs.list(caller, Paging.of(ctx))
            : runs.listOfRequest(caller, requestId, Paging.of(ctx));
    Responses.json(ctx, Runs.of(ctx, page, RunView::listed));
  }

  private void listAll(Context ctx) throws IOException {
    Responses.json(ctx, Runs.of(ctx, runs.listAll(Paging.of(ctx)), RunView::listedForAdmin));
  }

  private void show(Context ctx, Caller caller) throws IOException {
    Responses.json(ctx, RunView.alone(runs.get(caller, ctx.pathParam("run_id"))));
  }

  private void cancel(Context ctx, Caller caller) throws IOException, InterruptedException {
    Responses.json(ctx, new Cancelled(true, runs.cancel(caller, ctx.pathParam("run_id"))));
  }
}
