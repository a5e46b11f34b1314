package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards the requests of live grants to the provider, both ways piece by piece. Where the
 * provider cannot be reached, or breaks off, the agent's connection breaks off too: it then says
 * and does what it would without a proxy.
 */
class ModelHandler extends ProxyHandler {
  private static final Logger log = LoggerFactory.getLogger(ModelHandler.class);
  private static final String GRANT = ModelHandler.class.getName() + ".grant";
  private static final String CREDENTIALS = ModelHandler.class.getName() + ".credentials";
  private static final String METER = ModelHandler.class.getName() + ".meter";

  /** What says where a request comes from, or is for this server alone. */
  private static final List<String> NOT_FORWARDED =
      List.of(
          Credentials.API_KEY,
          "authorization",
          "cookie",
          "forwarded",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-forwarded-server",
          "x-real-ip");

  private static final Set<String> NOT_RETURNED = Set.of("set-cookie", "set-cookie2");

  private static final int MOST_CONNECTIONS = 1_024;
  private static final int HEADERS = 64 << 10;

  /** Idle connections to the provider are closed by then. */
  private static final long KEPT_MILLIS = 60_000;

  /** Longer than an agent waits for the next byte. */
  private static final long SILENT_MINUTES = 15;

  private final Upstream upstream;
  private final Api api;
  private final Grants grants;
  private final Refusals refusals = new Refusals();
  private final Departures departures = new Departures();
  private final Outages outages;
  private final ModelWatch watch;

  ModelHandler(Upstream upstream, Api api, Grants grants, Outages outages, ModelWatch watch) {
    this.api = api;
    this.watch = new GuardedWatch(watch);
    this.upstream = upstream;
    this.grants = grants;
    this.outages = outages;
    setProxyToServerHost(upstream.authority());
    setUseServerThreadPool(true);
    // Else it would be the name of this machine, looked up.
    setViaHost("clawdforge");
  }

  @Override
  protected HttpClient newHttpClient() {
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    return new HttpClient(new HttpClientTransportOverHTTP(connector));
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    client.setUserAgentField(null);
    client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
    client.setIdleTimeout(KEPT_MILLIS);
    client.setMaxRequestHeadersSize(HEADERS);
    client.setMaxResponseHeadersSize(HEADERS);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    departures.start(getServer().getScheduler());
  }

  @Override
  protected void doStop() throws Exception {
    departures.end();
    super.doStop();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = String.valueOf(request.getHttpURI().getPath());
    if (isOther(request)) {
      refusals.refuse(Refusals.Kind.HOST, request, response, callback);
      return true;
    }
    if (request.getMethod().equals("HEAD") && path.equals("/")) {
      // Claude's look whether anybody is there, before it has anything to ask.
      response.setStatus(200);
      callback.succeeded();
      return true;
    }
    Credentials credentials = Credentials.of(request.getHeaders(), grants);
    Optional<Grant> grant = credentials.grant();
    Guarded.knows(request, grant.isPresent());
    if (grant.isEmpty()) {
      Credentials.key(request.getHeaders())
          .flatMap(grants::takePast)
          .or(() -> Credentials.bearer(request.getHeaders()).flatMap(grants::takePast))
          .ifPresentOrElse(
              past -> refuseLate(past, response, callback),
              () -> refusals.refuse(Refusals.Kind.SECRET, request, response, callback));
      return true;
    }
    Optional<Refusals.Kind> refusal =
        request.getHeaders().contains(HttpHeader.EXPECT)
            ? Optional.of(Refusals.Kind.EXPECT)
            : api.refusal(request.getMethod(), path, request.getHttpURI().getQuery());
    if (refusal.isPresent()) {
      refusals.refuse(refusal.get(), request, response, callback);
      return true;
    }
    request.setAttribute(GRANT, grant.get());
    request.setAttribute(
        METER, new Meter(watch, api.account(credentials.kind(upstream)), api.isPriced(path)));
    request.setAttribute(CREDENTIALS, credentials);
    return forward(request, response, callback);
  }

  private void refuseLate(ModelUser whose, Response response, Callback callback) {
    watch.over(ModelRequest.notSent(whose, ModelRequest.Outcome.REFUSED));
    refusals.refuseLate(whose, response, callback);
  }

  private boolean forward(Request request, Response response, Callback callback) {
    try {
      return super.handle(request, response, callback);
    } catch (RuntimeException e) {
      // Jetty would log the whole stack for each one.
      log.debug("a request cannot be forwarded", e);
      refusals.refuse(Refusals.Kind.FORM, request, response, callback);
      return true;
    }
  }

  // A page that a browser has open could resolve its own name to this address.
  private static boolean isOther(Request request) {
    HttpURI uri = request.getHttpURI();
    String own = ModelProxy.HOST + ":" + Request.getLocalPort(request);
    return !own.equals(request.getHeaders().get(HttpHeader.HOST))
        || !own.equals(uri.getAuthority());
  }

  @Override
  protected HttpURI rewriteHttpURI(Request request) {
    HttpURI asked = request.getHttpURI();
    return HttpURI.build(upstream.url().toString())
        .path(upstream.prefix() + asked.getPath())
        .query(asked.getQuery())
        .asImmutable();
  }

  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI uri) {
    return super.newProxyToServerRequest(request, uri)
        .idleTimeout(SILENT_MINUTES, TimeUnit.MINUTES);
  }

  @Override
  protected void copyRequestHeaders(Request request, org.eclipse.jetty.client.Request forwarded) {
    super.copyRequestHeaders(request, forwarded);
    Credentials shown = (Credentials) Objects.requireNonNull(request.getAttribute(CREDENTIALS));
    forwarded.headers(
        headers -> {
          NOT_FORWARDED.forEach(headers::remove);
          if (meter(request).isPriced()) {
            // What is compressed could not be read on its way.
            headers.put(HttpHeader.ACCEPT_ENCODING, "identity");
          }
          shown.replace(headers, upstream);
        });
  }

  /** The provider sees what it would see without a proxy. */
  @Override
  protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request forwarded) {}

  @Override
  protected void sendProxyToServerRequest(
      Request request,
      org.eclipse.jetty.client.Request forwarded,
      Response response,
      Callback callback) {
    Grant grant = (Grant) Objects.requireNonNull(request.getAttribute(GRANT));
    Meter meter = meter(request);
    ModelUser user = grant.user();
    if (meter.isPriced() && !watch.hasMoney(user)) {
      watch.over(ModelRequest.notSent(user, ModelRequest.Outcome.NO_MONEY));
      // An agent that is still writing might not see the answer, and ask again.
      Content.Source.consumeAll(
          request,
          Callback.from(() -> refusals.refuseMoney(grant, response, callback), callback::failed));
      return;
    }
    if (!meter.mayBegin(user, request.getLength())) {
      watch.over(ModelRequest.notSent(user, ModelRequest.Outcome.REFUSED));
      // As above.
      Content.Source.consumeAll(
          request,
          Callback.from(
              () -> refusals.refuse(Refusals.Kind.PARALLEL, request, response, callback),
              callback::failed));
      return;
    }
    switch (grant.begin(forwarded, meter)) {
      case OVER -> {
        meter.withdraw();
        refuseLate(user, response, callback);
      }
      case FULL -> {
        meter.withdraw();
        watch.over(ModelRequest.notSent(user, ModelRequest.Outcome.REFUSED));
        refusals.refuse(Refusals.Kind.BUSY, request, response, callback);
      }
      case BEGUN -> send(grant, request, forwarded, response, callback);
    }
  }

  private void send(
      Grant grant,
      Request request,
      org.eclipse.jetty.client.Request forwarded,
      Response response,
      Callback callback) {
    Meter meter = meter(request);
    Departures.Waiting agent =
        new Departures.Waiting(
            Request.getLocalPort(request),
            Request.getRemotePort(request),
            () -> {
              meter.cutOff();
              CompletableFuture<Boolean> unused =
                  forwarded.abort(new EofException("the agent has gone away"));
            });
    forwarded.onRequestSuccess(asked -> departures.add(agent));
    forwarded.onResponseBegin(
        answer -> {
          departures.remove(agent);
          outages.answered();
        });
    forwarded.onResponseHeaders(answer -> meter.answered(answer.getStatus(), answer.getHeaders()));
    forwarded.onComplete(
        result -> {
          departures.remove(agent);
          meter.end(
              result.isSucceeded()
                  ? ModelRequest.Outcome.ANSWERED
                  : ModelRequest.Outcome.BROKEN_OFF);
          grant.end(forwarded);
        });
    try {
      super.sendProxyToServerRequest(
          request, forwarded, new MeteredResponse(request, response, meter), callback);
    } catch (RuntimeException e) {
      meter.end(ModelRequest.Outcome.REFUSED);
      grant.end(forwarded);
      throw e;
    }
  }

  private static Meter meter(Request request) {
    return (Meter) Objects.requireNonNull(request.getAttribute(METER));
  }

  /** Counts what is asked. */
  @Override
  protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
      Request request, Response response, org.eclipse.jetty.client.Request forwarded) {
    Meter meter = meter(request);
    return new ProxyRequestContent(request) {
      @Override
      public Content.@Nullable Chunk read() {
        Content.@Nullable Chunk part = super.read();
        if (part != null) {
          meter.asked(part.getByteBuffer());
        }
        return part;
      }
    };
  }

  @Override
  protected @Nullable HttpField filterServerToProxyResponseField(HttpField field) {
    return NOT_RETURNED.contains(field.getName().toLowerCase(Locale.ROOT)) ? null : field;
  }

  @Override
  protected void onServerToProxyResponseFailure(
      Request request,
      org.eclipse.jetty.client.Request forwarded,
      org.eclipse.jetty.client.Response answer,
      Response response,
      Callback callback,
      Throwable failure) {
    outages.failed(failure);
    log.debug("a request of {} broke off", request.getAttribute(GRANT), failure);
    // An answer of ours would be taken for the provider's.
    request.getConnectionMetaData().getConnection().getEndPoint().close(failure);
    callback.failed(new EofException(failure));
  }
}
