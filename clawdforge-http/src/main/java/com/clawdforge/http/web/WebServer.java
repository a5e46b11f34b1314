package com.clawdforge.http.web;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.Gate;
import com.clawdforge.http.web.limit.DoorLimits;
import com.clawdforge.http.web.limit.FailedLogins;
import com.clawdforge.http.web.limit.LimitedConnector;
import com.clawdforge.http.web.limit.RequestLimits;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves routes on one port. Started once, stopped once. */
public final class WebServer {
  private static final int HEADER_BYTES = 16 << 10;

  private final Settings settings;
  private final InFlight inFlight = new InFlight();
  private final List<RouteTable.Route> routes = new ArrayList<>();
  private final Javalin javalin;

  /**
   * How it listens.
   *
   * @param host name or address to listen on
   * @param port 0 for any that is free
   * @param rules whom it answers
   * @param idleTimeout how long a connection may stay open between requests
   * @param stallTimeout how long a peer may read nothing of its answer, or send nothing of the body
   *     that it announced, before its connection is closed; time that a request waits for its agent
   *     does not count
   * @param limits how much of the server each caller may take
   */
  public record Settings(
      String host,
      int port,
      CallerRules rules,
      Duration idleTimeout,
      Duration stallTimeout,
      DoorLimits limits) {}

  /**
   * A server that does not listen yet.
   *
   * @param draining whether routes that start work refuse requests
   * @param surfaces adds all routes
   */
  public WebServer(
      Settings settings,
      Gate gate,
      RequestObserver observer,
      BooleanSupplier draining,
      Consumer<RouteTable> surfaces) {
    this.settings = settings;
    this.javalin =
        Javalin.create(
            config -> {
              RequestObserver watcher = RequestObserver.harmless(observer);
              FailedLogins logins =
                  new FailedLogins(settings.limits().failedLoginsPerMinute(), watcher);
              RouteTable table = new RouteTable(config.routes, gate, logins, draining);
              surfaces.accept(table);
              table.complete();
              routes.addAll(table.routes());
              configure(
                  config,
                  new Entrance(
                      new FrontDoor(settings.rules(), gate, inFlight, table, observer),
                      callers(gate, table.alsoFrom()),
                      watcher));
            });
  }

  /** Every route, without HEAD and OPTIONS. */
  public List<RouteTable.Route> routes() {
    return List.copyOf(routes);
  }

  /**
   * Listens and serves; returns at once.
   *
   * @throws io.javalin.util.JavalinException if the address cannot be listened on
   */
  public void start() {
    javalin.start();
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  /** Waits until all requests have ended, with a limit of its own for event streams. */
  public void awaitRequests(Duration patience, Duration patienceWithStreams)
      throws InterruptedException {
    inFlight.awaitNone(patience, patienceWithStreams);
  }

  /** Stops listening, and cuts off remaining requests. */
  public void stop() {
    javalin.stop();
  }

  /** What a request passes before the routes, from the outermost. */
  private record Entrance(
      FrontDoor door, LimitedConnector.Callers callers, RequestObserver watcher) {}

  // Loopback and trusted proxies stand for many callers, whose own addresses come with the
  // requests.
  private static LimitedConnector.Callers callers(Gate gate, List<Cidr> scrapers) {
    return new LimitedConnector.Callers(
        peer -> gate.mayConnect(peer) || scrapers.stream().anyMatch(block -> block.contains(peer)),
        peer -> peer.isLoopbackAddress() || gate.trusts(peer));
  }

  private void configure(JavalinConfig config, Entrance entrance) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.threadPool = threads();
    config.jetty.modifyHttpConfiguration(this::protocol);
    config.jetty.addConnector((server, http) -> connector(server, http, entrance));
    config.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new JettyErrors());
          server.setHandler(new RequestLimits(settings.limits(), entrance.watcher()));
        });
    config.jetty.modifyServletContextHandler(
        context -> {
          context.setErrorHandler(new JettyErrors());
          context.addFilter(
              new FilterHolder(entrance.door()), "/*", EnumSet.of(DispatcherType.REQUEST));
        });
  }

  // Javalin's own option for virtual threads would move Jetty's selectors to them too, where each
  // pins a carrier thread. Jetty recommends this: a few platform threads of its own, and a virtual
  // thread per request.
  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("http");
    threads.setVirtualThreadsExecutor(
        VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
    return threads;
  }

  // The timeout disconnects peers that stop sending a body or stop reading an answer: the blocked
  // write fails. It does not apply while a handler waits, because Jetty asks the servlet layer,
  // which vetoes it.
  private void protocol(HttpConfiguration http) {
    http.setIdleTimeout(settings.stallTimeout().toMillis());
    http.setSendServerVersion(false);
    http.setUriCompliance(UriCompliance.DEFAULT);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
  }

  private Connector connector(Server server, HttpConfiguration http, Entrance entrance) {
    LimitedConnector connector =
        new LimitedConnector(
            server,
            new HttpConnectionFactory(http),
            settings.limits(),
            entrance.callers(),
            entrance.watcher());
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    return connector;
  }
}
