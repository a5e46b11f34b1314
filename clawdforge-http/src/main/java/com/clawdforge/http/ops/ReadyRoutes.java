package com.clawdforge.http.ops;

import com.clawdforge.core.work.Load;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /readyz}: whether the server should get work. */
public final class ReadyRoutes {
  private static final int NOT_READY = 503;

  private final Supplier<Readiness> readiness;
  private final BooleanSupplier draining;

  public ReadyRoutes(Supplier<Readiness> readiness, BooleanSupplier draining) {
    this.readiness = readiness;
    this.draining = draining;
  }

  public void addTo(RouteTable routes) {
    routes.probe(HandlerType.GET, "/readyz", this::show);
  }

  private record CheckView(boolean ok, @Nullable String reason, @Nullable Long ageSecs) {}

  private record LoginView(
      String state, @Nullable String kind, String detail, @Nullable Long ageSecs) {}

  private record SessionsView(int open, int limit) {}

  private record CapacityView(Load runs, Load turns, SessionsView sessions) {}

  private record ReadinessView(
      boolean ok,
      Map<String, CheckView> checks,
      LoginView login,
      CapacityView capacity,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ProviderView provider) {}

  private void show(Context ctx) throws IOException {
    Readiness now = readiness.get();
    boolean accepting = !draining.getAsBoolean();
    boolean ready = accepting && now.ready();
    Map<String, CheckView> checks = new LinkedHashMap<>();
    checks.put(
        "accepting",
        new CheckView(accepting, accepting ? null : "the server is shutting down", 0L));
    now.checks().forEach(check -> checks.put(check.name(), view(check)));
    Readiness.Login login = now.login();
    Readiness.Capacity capacity = now.capacity();
    Responses.json(
        ctx,
        ready ? 200 : NOT_READY,
        new ReadinessView(
            ready,
            checks,
            new LoginView(login.state(), login.kind(), login.detail(), seconds(login.age())),
            new CapacityView(
                capacity.runs(),
                capacity.turns(),
                new SessionsView(capacity.openSessions(), capacity.maxOpenSessions())),
            ProviderView.of(now.provider())));
  }

  private static CheckView view(Readiness.Check check) {
    return new CheckView(check.passed(), check.reason(), seconds(check.age()));
  }

  private static @Nullable Long seconds(@Nullable Duration age) {
    return age == null ? null : age.toSeconds();
  }
}
