package com.clawdforge.http.app.gateway;

import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.http.ops.Operations;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.WebServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The HTTP server of the gateway. Started once; drained or closed once. It does not close the
 * services that it was given, but a drain ends the work of {@link RunService} and {@link
 * TurnService}.
 */
public final class ForgeServer implements AutoCloseable {
  /** How long answers may take to be written once their work is over. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Services services;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final WebServer web;

  private enum State {
    NEW,
    SERVING,
    DRAINING
  }

  /** The services that the server exposes. */
  public record Services(
      TokenService tokens,
      RunService runs,
      SessionService sessions,
      TurnService turns,
      FileService files,
      UsageLedger usage,
      Shares shares) {}

  /** A server that does not listen yet. */
  public ForgeServer(ServerSettings settings, Gate gate, Services services, Operations operations) {
    this.services = services;
    this.web =
        new WebServer(
            settings.web(),
            gate,
            operations.requests(),
            this::draining,
            table -> Surfaces.addTo(table, settings, services, operations, this::draining));
  }

  private boolean draining() {
    return state.get() == State.DRAINING;
  }

  /** Every route, without HEAD and OPTIONS. */
  public List<RouteTable.Route> routes() {
    return web.routes();
  }

  /**
   * Listens and serves; returns at once.
   *
   * @throws io.javalin.util.JavalinException if the address cannot be listened on
   */
  public void start() {
    if (!state.compareAndSet(State.NEW, State.SERVING)) {
      throw new IllegalStateException("a server is started once");
    }
    web.start();
  }

  /** The port that it listens on. */
  public int port() {
    return web.port();
  }

  /**
   * Stops gracefully. Refuses new work at once, lets running work finish within {@code patience},
   * cancels the rest, writes every answer and ends event streams with their last event. Returns
   * once nothing listens any more. Work that does not react to its cancellation within a grace
   * period is left behind: it may still run, and the ledger may not have its end. Idempotent.
   */
  public void drain(Duration patience) throws InterruptedException {
    State before = state.getAndSet(State.DRAINING);
    if (before == State.DRAINING) {
      return;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      drainWork(patience);
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      // A large upload may use the rest of the time, and an answer a little more. Streams have
      // nothing left to wait for.
      web.awaitRequests(left.plus(LAST_WORDS), LAST_WORDS);
    } finally {
      if (before == State.SERVING) {
        web.stop();
      }
    }
  }

  // Both in parallel: they share the time, and neither may start work while the other ends.
  private void drainWork(Duration patience) throws InterruptedException {
    services.runs().stopAccepting();
    services.turns().stopAccepting();
    FutureTask<Boolean> turns =
        new FutureTask<>(
            () -> {
              services.turns().drain(patience);
              return true;
            });
    Thread.ofVirtual().name("drain-turns").start(turns);
    try {
      services.runs().drain(patience);
      turns.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the turns could not be ended", e.getCause());
    } finally {
      turns.cancel(true);
    }
  }

  /** Drains with zero patience. */
  @Override
  public void close() {
    try {
      drain(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
