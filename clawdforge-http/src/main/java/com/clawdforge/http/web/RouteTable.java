package com.clawdforge.http.web;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.Gate;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.limit.FailedLogins;
import com.clawdforge.http.web.limit.TokenRequests;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** All routes, and who may use each. */
public final class RouteTable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final RoutesConfig routes;
  private final Gate gate;
  private final FailedLogins logins;
  private final TokenRequests requests = new TokenRequests();
  private final BooleanSupplier draining;
  private final Map<String, Set<String>> methods = new LinkedHashMap<>();
  private final List<Route> known = new ArrayList<>();
  private final Set<String> probes = new HashSet<>();
  private final Set<String> openProbes = new HashSet<>();
  private final Map<String, List<Cidr>> listed = new HashMap<>();

  RouteTable(RoutesConfig routes, Gate gate, FailedLogins logins, BooleanSupplier draining) {
    this.routes = routes;
    this.gate = gate;
    this.logins = logins;
    this.draining = draining;
  }

  /** Which bearer a route requires. */
  public enum Access {
    /** No bearer is needed. */
    OPEN,
    APP,
    ADMIN,
    /** The administrator's, except from addresses that the operator lists. */
    ADMIN_OR_LISTED
  }

  /** A method, a path in which parameters are in braces, and who may use it. */
  public record Route(HandlerType method, String path, Access access) {}

  /** Handles a request without an app. */
  @FunctionalInterface
  public interface OpenHandler {
    void handle(Context ctx) throws Exception;
  }

  /** Handles a request of an app. */
  @FunctionalInterface
  public interface AppHandler {
    void handle(Context ctx, Caller caller) throws Exception;
  }

  /** A route that needs no bearer. */
  public void open(HandlerType method, String path, OpenHandler handler) {
    add(new Route(method, path, Access.OPEN), handler);
  }

  /** A route that needs no bearer and that monitoring calls every few seconds. */
  public void probe(HandlerType method, String path, OpenHandler handler) {
    probes.add(path);
    openProbes.add(path);
    open(method, path, handler);
  }

  /** A route for apps. */
  public void app(HandlerType method, String path, AppHandler handler) {
    add(new Route(method, path, Access.APP), ctx -> handler.handle(ctx, caller(ctx)));
  }

  /** A route for apps that starts work, and is refused while the server shuts down. */
  public void work(HandlerType method, String path, AppHandler handler) {
    app(
        method,
        path,
        (ctx, caller) -> {
          if (draining.getAsBoolean()) {
            throw shuttingDown();
          }
          handler.handle(ctx, caller);
        });
  }

  /** All routes so far, without HEAD and OPTIONS, which are added automatically. */
  List<Route> routes() {
    return List.copyOf(known);
  }

  /** A route for the administrator. */
  public void admin(HandlerType method, String path, OpenHandler handler) {
    add(
        new Route(method, path, Access.ADMIN),
        ctx -> {
          Exchange exchange = Exchange.of(ctx.req());
          requireCertain(exchange);
          admit(ctx, exchange);
          handler.handle(ctx);
        });
  }

  /** A route for monitoring, with the administrator's bearer or from these addresses. */
  public void adminOrFrom(
      List<Cidr> addresses, HandlerType method, String path, OpenHandler handler) {
    probes.add(path);
    listed.put(path, List.copyOf(addresses));
    add(
        new Route(method, path, Access.ADMIN_OR_LISTED),
        ctx -> {
          Exchange exchange = Exchange.of(ctx.req());
          boolean fromThere =
              addresses.stream().anyMatch(block -> block.contains(exchange.caller()));
          if (!fromThere || !exchange.certain()) {
            requireAdmin(ctx, exchange);
          }
          handler.handle(ctx);
        });
  }

  private void requireAdmin(Context ctx, Exchange exchange) {
    try {
      admit(ctx, exchange);
    } catch (Refusal refused) {
      // If there is one: it is the reason why the address was not enough.
      requireCertain(exchange);
      throw refused;
    }
  }

  private void admit(Context ctx, Exchange exchange) {
    @Nullable String bearer = authorization(ctx);
    exchange.identified(
        logins.limit(
            exchange.caller(),
            () -> {
              gate.admin(exchange.caller(), bearer);
              return "admin";
            }));
  }

  /** Addresses that may call this path even if the allow list does not include them. */
  List<Cidr> alsoFrom(String path) {
    return listed.getOrDefault(path, List.of());
  }

  /** Addresses that may call at least one path. */
  List<Cidr> alsoFrom() {
    return listed.values().stream().flatMap(List::stream).toList();
  }

  /** Whether this path is one that monitoring calls without a bearer. */
  boolean isProbe(String path) {
    return openProbes.contains(path);
  }

  /** Call after the last route: adds OPTIONS, and the handlers of failures. */
  void complete() {
    methods.forEach(
        (path, allowed) -> {
          String allow = String.join(", ", allowed) + ", OPTIONS";
          register(
              HandlerType.OPTIONS,
              path,
              ctx -> {
                ctx.res().setHeader("Allow", allow);
                Responses.empty(ctx.res(), 204);
              });
        });
    routes.exception(Exception.class, Problems::answer);
    routes.exception(HttpResponseException.class, Problems::answer);
  }

  private static void requireCertain(Exchange exchange) {
    if (!exchange.certain()) {
      throw Gate.untrustedProxy();
    }
  }

  private static Refusal shuttingDown() {
    return Refusal.retryLater(
        ErrorCode.SHUTTING_DOWN, "the server is shutting down; try again soon", RETRY_AFTER);
  }

  private Caller caller(Context ctx) {
    Exchange exchange = Exchange.of(ctx.req());
    @Nullable String bearer = authorization(ctx);
    Caller caller =
        logins.limit(
            exchange.caller(), () -> gate.app(exchange.caller(), exchange.certain(), bearer));
    exchange.identified(caller.appName());
    @Nullable Allowance left = requests.count(caller);
    if (left != null) {
      RateLimitFields.of(left, null).forEach(ctx.res()::setHeader);
    }
    return caller;
  }

  // With two headers, a proxy in front might have checked the one that this server does not use.
  private static @Nullable String authorization(Context ctx) {
    List<String> values = Collections.list(ctx.req().getHeaders("Authorization"));
    if (values.size() > 1) {
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST, "send one Authorization header, not " + values.size());
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private void add(Route route, OpenHandler handler) {
    known.add(route);
    Set<String> allowed = methods.computeIfAbsent(route.path(), none -> new LinkedHashSet<>());
    allowed.add(route.method().name());
    register(route.method(), route.path(), handler);
    if (route.method().equals(HandlerType.GET)) {
      allowed.add(HandlerType.HEAD.name());
      register(HandlerType.HEAD, route.path(), handler);
    }
  }

  private void register(HandlerType method, String path, OpenHandler handler) {
    routes.addHttpHandler(
        method,
        path,
        ctx -> {
          Exchange.of(ctx.req()).matched(path, probes.contains(path));
          // Not in Javalin's exception handlers, which never see an Error.
          try {
            handler.handle(ctx);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Problems.answer(shuttingDown(), ctx.req(), ctx.res());
          } catch (Throwable t) {
            Problems.answer(t, ctx.req(), ctx.res());
          }
        });
  }
}
