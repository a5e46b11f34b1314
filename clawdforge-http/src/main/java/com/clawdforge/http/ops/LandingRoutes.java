package com.clawdforge.http.ops;

import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /}: where people and programs find the rest. It says nothing about the server's state.
 */
public final class LandingRoutes {
  private static final String POLICY =
      "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";
  private static final StaticFile PAGE =
      StaticFile.of("/com/clawdforge/http/ops/landing.html", "text/html;charset=utf-8")
          .with(Map.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer"));
  private static final Addresses ADDRESSES =
      new Addresses(true, "clawdforge", "/docs", "/openapi.yaml", "/healthz", "/readyz");

  public void addTo(RouteTable routes) {
    routes.open(HandlerType.GET, "/", LandingRoutes::show);
  }

  private record Addresses(
      boolean ok, String name, String docs, String description, String health, String readiness) {}

  private static void show(Context ctx) throws IOException {
    ctx.res().addHeader("Vary", "Accept");
    @Nullable String accept = ctx.header("Accept");
    // Browsers name it; others accept anything.
    if (accept != null && accept.contains("text/html")) {
      PAGE.send(ctx);
    } else {
      Responses.json(ctx, ADDRESSES);
    }
  }
}
