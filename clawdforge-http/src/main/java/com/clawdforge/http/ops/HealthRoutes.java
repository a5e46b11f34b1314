package com.clawdforge.http.ops;

import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.function.Supplier;

/** {@code GET /healthz}: whether the process is alive. */
public final class HealthRoutes {
  private final Supplier<Health> health;

  public HealthRoutes(Supplier<Health> health) {
    this.health = health;
  }

  public void addTo(RouteTable routes) {
    routes.probe(HandlerType.GET, "/healthz", this::show);
  }

  private record Answer(boolean ok, @JsonUnwrapped Health health) {}

  private void show(Context ctx) throws IOException {
    Responses.json(ctx, new Answer(true, health.get()));
  }
}
