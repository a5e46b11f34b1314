package com.clawdforge.http.server;

import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.run.RunService;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
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
 * services that it was given, except that a drain ends the work of {@link RunService}.
 */
public final class ForgeServer implements AutoCloseable {
  private static final int HEADER_BYTES = 16 << 10;
  private static final int MAX_CONNECTIONS = 4096;

  /** For answers to be written once the work behind them is over. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final ServerSettings settings;
  private final RunService runs;
  private final InFlight inFlight = new InFlight();
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final Javalin javalin;

  private enum State {
    NEW,
    SERVING,
    DRAINING
  }

  /** A server that does not listen yet. */
  public ForgeServer(
      ServerSettings settings, Gate gate, TokenService tokens, RunService runs, FileService files) {
    this.settings = settings;
    this.runs = runs;
    this.javalin =
        Javalin.create(
            config -> {
              configure(config, gate);
              RouteTable routes =
                  new RouteTable(config.routes, gate, () -> state.get() == State.DRAINING);
              BodyReader bodies = new BodyReader(settings.maxBodyBytes());
              new HealthRoutes(settings.health()).addTo(routes);
              new RunRoutes(runs, bodies, new RunDelivery(runs, settings.heartbeat()))
                  .addTo(routes);
              new FileRoutes(files).addTo(routes);
              new TokenRoutes(tokens, bodies).addTo(routes);
              routes.complete();
            });
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
   * returns, nothing listens any more and all runs are over and recorded. Idempotent.
   */
  public void drain(Duration patience) throws InterruptedException {
    State before = state.getAndSet(State.DRAINING);
    if (before == State.DRAINING) {
      return;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      runs.drain(patience);
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      // Also a large upload may take until then; an answer gets a little longer.
      inFlight.awaitNone(left.plus(LAST_WORDS));
    } finally {
      if (before == State.SERVING) {
        javalin.stop();
      }
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
    config.jetty.modifyHttpConfiguration(ForgeServer::protocol);
    config.jetty.addConnector(this::connector);
    config.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JettyErrors());
          server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        });
    FrontDoor door = new FrontDoor(new HostPolicy(settings.allowedHosts()), gate, inFlight);
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

  private static void protocol(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
  }

  // The idle timeout ends peers that neither send what they announced nor read what they asked for.
  // A request whose handler waits is not idle in this sense: Jetty asks the servlet layer, which
  // says no.
  private Connector connector(Server server, HttpConfiguration http) {
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    return connector;
  }
}
