package com.clawdforge.http.ops;

import com.clawdforge.core.work.Load;
import com.clawdforge.http.web.Reply;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the server should be sent work. */
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

  private record ShownCheck(boolean ok, @Nullable String reason, @Nullable Long ageSecs) {}

  private record ShownLogin(
      String state, @Nullable String kind, String detail, @Nullable Long ageSecs) {}

  private record ShownSessions(int open, int limit) {}

  private record ShownCapacity(Load runs, Load turns, ShownSessions sessions) {}

  private record Shown(
      boolean ok, Map<String, ShownCheck> checks, ShownLogin login, ShownCapacity capacity) {}

  private void show(Context ctx) throws IOException {
    Readiness now = readiness.get();
    boolean accepting = !draining.getAsBoolean();
    boolean ready = accepting && now.ready();
    Map<String, ShownCheck> checks = new LinkedHashMap<>();
    checks.put(
        "accepting",
        new ShownCheck(accepting, accepting ? null : "the server is shutting down", 0L));
    now.checks().forEach(check -> checks.put(check.name(), shown(check)));
    Readiness.Login login = now.login();
    Readiness.Capacity capacity = now.capacity();
    Reply.json(
        ctx,
        ready ? 200 : NOT_READY,
        new Shown(
            ready,
            checks,
            new ShownLogin(login.state(), login.kind(), login.detail(), seconds(login.age())),
            new ShownCapacity(
                capacity.runs(),
                capacity.turns(),
                new ShownSessions(capacity.openSessions(), capacity.maxOpenSessions()))));
  }

  private static ShownCheck shown(Readiness.Check check) {
    return new ShownCheck(check.passed(), check.reason(), seconds(check.age()));
  }

  private static @Nullable Long seconds(@Nullable Duration age) {
    return age == null ? null : age.toSeconds();
  }
}
