package com.clawdforge.http.ops;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /metrics}. Not public, because metrics show what each app's work costs. */
public final class MetricsRoutes {
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<String> metrics;
  private final List<Cidr> scrapers;

  public MetricsRoutes(Supplier<String> metrics, List<Cidr> scrapers) {
    this.metrics = metrics;
    this.scrapers = scrapers;
  }

  public void addTo(RouteTable routes) {
    routes.adminOrFrom(scrapers, HandlerType.GET, "/metrics", this::show);
  }

  private void show(Context ctx) throws IOException {
    byte[] text = metrics.get().getBytes(StandardCharsets.UTF_8);
    Responses.send(ctx.res(), 200, TEXT_FORMAT, text);
  }
}
