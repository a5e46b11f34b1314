package com.clawdforge.http.web;

import com.clawdforge.core.auth.Gate;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The filter that every request passes first, even for an unknown path: assigns the request id,
 * checks host and address, counts and logs.
 */
final class FrontDoor implements Filter {
  static final String REQUEST_ID = "X-Request-Id";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final String OTHER = "OTHER";

  private final HostPolicy hosts;
  private final Cors cors;
  private final ProxyWatch proxies;
  private final Gate gate;
  private final InFlight inFlight;
  private final RouteTable routes;
  private final RequestObserver observer;

  FrontDoor(
      CallerRules rules,
      Gate gate,
      InFlight inFlight,
      RouteTable routes,
      RequestObserver observer) {
    this.hosts = new HostPolicy(rules.allowedHosts());
    this.cors = new Cors(rules.corsOrigins());
    this.proxies = new ProxyWatch(gate, rules.refuseUntrustedProxies());
    this.gate = gate;
    this.inFlight = inFlight;
    this.routes = routes;
    this.observer = RequestObserver.harmless(observer);
  }

  @Override
  public void doFilter(ServletRequest rawRequest, ServletResponse rawResponse, FilterChain chain) {
    HttpServletRequest request = (HttpServletRequest) rawRequest;
    HttpServletResponse response = (HttpServletResponse) rawResponse;
    long start = System.nanoTime();
    InFlight.Request counted = inFlight.begin();
    Exchange exchange =
        new Exchange(requestId(request.getHeader(REQUEST_ID)), request.getRequestURI(), counted);
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER;
    RequestObserver.Watch watch =
        observer.begun(new RequestObserver.Begun(method, exchange.requestId(), request::getHeader));
    try {
      exchange.attachTo(request);
      response.setHeader(REQUEST_ID, exchange.requestId());
      boolean ofPage = cors.mark(request, response);
      hosts.check(request.getHeader("Host"), routes.isProbe(request.getRequestURI()));
      admit(request, exchange);
      if (ofPage && Cors.isPreflight(request)) {
        Cors.answerPreflight(response);
      } else {
        chain.doFilter(new AsSent(request), response);
      }
    } catch (Throwable t) {
      Problems.answer(t, request, response);
    } finally {
      try {
        RequestLog.line(
            method, exchange, response.getStatus(), Duration.ofNanos(System.nanoTime() - start));
        watch.ended(
            new RequestObserver.Ended(
                exchange.route(), response.getStatus(), exchange.app(), exchange.limited()));
      } finally {
        // Last, so that a draining server has logged its requests before it stops.
        counted.end();
      }
    }
  }

  private void admit(HttpServletRequest request, Exchange exchange) {
    InetAddress caller =
        gate.admit(
            Peer.of(request).address(),
            forwardedFor(request),
            routes.alsoFrom(request.getRequestURI()));
    exchange.admitted(caller);
    exchange.certain(proxies.isCertain(request, caller));
  }

  /** The client's own id if it is valid, otherwise a new one. */
  static String requestId(@Nullable String offered) {
    return offered != null && ID.matcher(offered).matches() ? offered : newId();
  }

  // It has to be unique and is no secret, so it need not use up the system's random numbers.
  private static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long version4 = (random.nextLong() & ~0xF000L) | 0x4000L;
    long variant2 = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(version4, variant2).toString();
  }

  private static @Nullable String forwardedFor(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders("X-Forwarded-For"));
    return values.isEmpty() ? null : String.join(",", values);
  }

  /**
   * The request as its request line states it. Javalin would let X-HTTP-Method-Override change the
   * method, treat a method named BEFORE as one of its own hooks, and route every request with a
   * WebSocket header past the routes.
   */
  private static final class AsSent extends HttpServletRequestWrapper {
    AsSent(HttpServletRequest request) {
      super(request);
    }

    @Override
    public @Nullable String getHeader(String name) {
      return name.equalsIgnoreCase("X-HTTP-Method-Override")
              || name.equalsIgnoreCase("Sec-WebSocket-Version")
          ? null
          : super.getHeader(name);
    }

    @Override
    public String getMethod() {
      String method = super.getMethod();
      return METHODS.contains(method) ? method : OTHER;
    }
  }
}
