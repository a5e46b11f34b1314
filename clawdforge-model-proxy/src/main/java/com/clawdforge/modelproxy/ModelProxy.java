package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelAccess;
import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a free port of loopback from the first grant on, and forwards what comes with a live
 * secret to the provider, with the provider's credential in the place of the secret. Whatever else
 * comes is refused and goes nowhere.
 */
public final class ModelProxy implements ModelAccess {
  static final String HOST = "127.0.0.1";

  private static final Logger log = LoggerFactory.getLogger(ModelProxy.class);
  private static final int MOST_THREADS = 64;
  private static final int LEAST_THREADS = 4;
  private static final int WAITING_CONNECTIONS = 1_024;
  private static final int HEADERS = 64 << 10;

  private final Upstream upstream;
  private final Api api;
  private final ProxyLimits limits;
  private final Outages outages;
  private final ModelWatch watch;
  private final Grants grants = new Grants();
  private @Nullable Server server;
  private @Nullable URI baseUrl;
  private boolean closed;

  /** To the Messages API, without a watch. */
  public ModelProxy(Upstream upstream) {
    this(upstream, Api.MESSAGES, ModelWatch.NONE);
  }

  /**
   * Opens nothing yet: {@link #listen} does, or else the first grant.
   *
   * @param api what may be asked
   * @param watch sees all requests
   */
  public ModelProxy(Upstream upstream, Api api, ModelWatch watch) {
    this(upstream, api, ProxyLimits.USUAL, new Outages(log::warn), watch);
  }

  ModelProxy(Upstream upstream, ProxyLimits limits) {
    this(upstream, limits, new Outages(log::warn));
  }

  ModelProxy(Upstream upstream, ProxyLimits limits, Outages outages) {
    this(upstream, Api.MESSAGES, limits, outages, ModelWatch.NONE);
  }

  private ModelProxy(
      Upstream upstream, Api api, ProxyLimits limits, Outages outages, ModelWatch watch) {
    this.api = api;
    this.watch = watch;
    this.outages = outages;
    this.upstream = upstream;
    this.limits = limits;
  }

  /**
   * Opens the way already now, so that what prevents it is seen before there is any work.
   *
   * @throws IOException if it cannot be opened, with the reason in its message
   */
  public void listen() throws IOException {
    URI unused = listening();
  }

  @Override
  public ModelGrant open(ModelUser user) throws IOException {
    return grants.open(listening(), user);
  }

  @Override
  public int port() throws IOException {
    return listening().getPort();
  }

  private synchronized URI listening() throws IOException {
    if (closed) {
      throw new IOException("the server is shutting down");
    }
    if (baseUrl == null) {
      baseUrl = start();
    }
    return baseUrl;
  }

  private URI start() throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
    threads.setName("model-proxy");
    threads.setDaemon(true);
    Server made = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(HEADERS);
    http.setResponseHeaderSize(HEADERS);
    Guarded connector = new Guarded(made, limits, new HttpConnectionFactory(http));
    connector.setHost(HOST);
    connector.setPort(0);
    connector.setAcceptQueueSize(WAITING_CONNECTIONS);
    made.addConnector(connector);
    made.setHandler(new ModelHandler(upstream, api, grants, outages, watch));
    try {
      made.start();
    } catch (Exception e) {
      stop(made);
      throw new IOException("the way to the model cannot be opened: " + e.getMessage(), e);
    }
    server = made;
    log.debug("the way to the model listens on port {}", connector.getLocalPort());
    return URI.create("http://" + HOST + ":" + connector.getLocalPort());
  }

  @Override
  public void close() {
    @Nullable Server started;
    synchronized (this) {
      closed = true;
      started = server;
      server = null;
    }
    grants.closeAll();
    if (started != null) {
      stop(started);
    }
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      log.warn("the way to the model does not end", e);
    }
  }
}
