package com.clawdforge.http.server;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the server lives. */
final class HealthRoutes {
  private final Supplier<Health> health;

  HealthRoutes(Supplier<Health> health) {
    this.health = health;
  }

  void addTo(RouteTable routes) {
    routes.open(HandlerType.GET, "/healthz", this::show);
  }

  private record Shown(
      boolean ok,
      boolean claudePresent,
      @Nullable String claudeVersion,
      boolean acpxPresent,
      @Nullable String acpxVersion,
      int openSessions,
      String version,
      long uptimeSecs) {}

  private void show(Context ctx) throws IOException {
    Health now = health.get();
    Reply.json(
        ctx,
        new Shown(
            true,
            now.claudePresent(),
            now.claudeVersion(),
            now.acpxPresent(),
            now.acpxVersion(),
            now.openSessions(),
            now.version(),
            now.uptimeSecs()));
  }
}
