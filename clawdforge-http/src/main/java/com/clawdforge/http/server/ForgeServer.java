package com.clawdforge.http.server;

import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.run.RunService;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.usage.UsageLedger;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server of the gateway: started once, drained or closed once. It ends none of the
 * services that it was given, except that a drain ends the work of {@link RunService} and {@link
 * TurnService}.
 */
public final class ForgeServer implements AutoCloseable {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int MAX_CONNECTIONS = 4096;

  /** For answers to be written once the work behind them is over. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final ServerSettings settings;
  private final Services services;
  private final Operations operations;
  private final List<RouteTable.Route> routes = new ArrayList<>();
  private final InFlight inFlight = new InFlight();
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final Javalin javalin;

  private enum State {
    NEW,
    SERVING,
    DRAINING
  }

  /** What the server brings to the outside. */
  public record Services(
      TokenService tokens,
      RunService runs,
      SessionService sessions,
      TurnService turns,
      FileService files,
      UsageLedger usage) {}

  /** A server that does not listen yet. */
  public ForgeServer(ServerSettings settings, Gate gate, Services services, Operations operations) {
    this.settings = settings;
    this.services = services;
    this.operations = operations;
    this.javalin =
        Javalin.create(
            config -> {
              configure(config, gate);
              RouteTable table = new RouteTable(config.routes, gate, this::draining);
              addRoutes(table);
              table.complete();
              routes.addAll(table.routes());
            });
  }

  private boolean draining() {
    return state.get() == State.DRAINING;
  }

  private void addRoutes(RouteTable table) {
    RunService runs = services.runs();
    SessionService sessions = services.sessions();
    TurnService turns = services.turns();
    Duration heartbeat = settings.heartbeat();
    BodyReader bodies = new BodyReader(settings.maxBodyBytes());
    new HealthRoutes(settings.health()).addTo(table);
    new ReadyRoutes(operations.readiness(), this::draining).addTo(table);
    new MetricsRoutes(operations.metrics(), operations.scrapers()).addTo(table);
    new DescriptionRoutes().addTo(table);
    new RunRoutes(runs, bodies, new RunDelivery(runs, heartbeat)).addTo(table);
    new SessionRoutes(sessions, turns, bodies).addTo(table);
    new TurnRoutes(sessions, turns, bodies, new TurnDelivery(heartbeat)).addTo(table);
    new FileRoutes(services.files()).addTo(table);
    new TokenRoutes(services.tokens(), bodies).addTo(table);
    new UsageRoutes(services.usage()).addTo(table);
  }

  /** Every route, without HEAD and OPTIONS. */
  List<RouteTable.Route> routes() {
    return List.copyOf(routes);
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
    javalin.start();
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  /**
   * Stops gracefully: what is new is refused from now on, what runs may finish within a time and is
   * cancelled after it, every answer is written, event streams get their last event. When it
   * returns, nothing listens any more and all runs and turns are over and recorded. Idempotent.
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
      // Also a large upload may take until then; an answer gets a little longer. A stream has
      // nothing to wait for any more.
      inFlight.awaitNone(left.plus(LAST_WORDS), LAST_WORDS);
    } finally {
      if (before == State.SERVING) {
        javalin.stop();
      }
    }
  }

  // Both at once: they share the time, and neither may start anything while the other ends.
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

  /** Drains without patience. */
  @Override
  public void close() {
    try {
      drain(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void configure(JavalinConfig config, Gate gate) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.threadPool = threads();
    config.jetty.modifyHttpConfiguration(this::protocol);
    config.jetty.addConnector(this::connector);
    config.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JettyErrors());
          server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        });
    FrontDoor door =
        new FrontDoor(new HostPolicy(settings.allowedHosts()), gate, inFlight, operations);
    config.jetty.modifyServletContextHandler(
        context -> {
          context.setErrorHandler(new JettyErrors());
          context.addFilter(new FilterHolder(door), "/*", EnumSet.of(DispatcherType.REQUEST));
        });
  }

  // Javalin's own switch for virtual threads would put Jetty's selectors on them too, where each
  // one pins a carrier. This is the way that Jetty means: few platform threads of its own, every
  // request on a virtual one.
  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("http");
    threads.setVirtualThreadsExecutor(
        VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
    return threads;
  }

  // The timeout ends peers that neither send what they announced nor read what they asked for: a
  // write that they block fails then. A request whose handler waits is not idle in this sense:
  // Jetty asks the servlet layer, which says no.
  private void protocol(HttpConfiguration http) {
    http.setIdleTimeout(settings.stallTimeout().toMillis());
    http.setSendServerVersion(false);
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
  }

  private Connector connector(Server server, HttpConfiguration http) {
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    return connector;
  }
}
