package com.clawdforge.http.app.gateway;

import com.clawdforge.core.run.RunService;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.share.FairRoom;
import com.clawdforge.http.api.admin.TokenRoutes;
import com.clawdforge.http.api.admin.UsageRoutes;
import com.clawdforge.http.api.file.FileRoutes;
import com.clawdforge.http.api.run.RunRoutes;
import com.clawdforge.http.api.session.SessionRoutes;
import com.clawdforge.http.api.session.SessionStream;
import com.clawdforge.http.api.session.TurnRoutes;
import com.clawdforge.http.api.usage.OwnUsageRoutes;
import com.clawdforge.http.ops.DescriptionRoutes;
import com.clawdforge.http.ops.HealthRoutes;
import com.clawdforge.http.ops.LandingRoutes;
import com.clawdforge.http.ops.MetricsRoutes;
import com.clawdforge.http.ops.Operations;
import com.clawdforge.http.ops.ReadyRoutes;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.body.BodyReader;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** All surfaces of the server: a new one is added here. */
final class Surfaces {
  private Surfaces() {}

  static void addTo(
      RouteTable table,
      ServerSettings settings,
      ForgeServer.Services services,
      Operations operations,
      BooleanSupplier draining) {
    new LandingRoutes().addTo(table);
    new HealthRoutes(operations.health()).addTo(table);
    new ReadyRoutes(operations.readiness(), draining).addTo(table);
    new MetricsRoutes(operations.metrics(), operations.scrapers()).addTo(table);
    new DescriptionRoutes().addTo(table);
    RunService runs = services.runs();
    SessionService sessions = services.sessions();
    TurnService turns = services.turns();
    Duration heartbeat = settings.heartbeat();
    BodyReader bodies = new BodyReader(settings.maxBodyBytes(), new FairRoom(settings.bodyRoom()));
    Clock clock = Clock.systemUTC();
    new RunRoutes(runs, bodies, heartbeat, clock).addTo(table);
    new SessionRoutes(sessions, turns, bodies).addTo(table);
    new TurnRoutes(sessions, turns, bodies, heartbeat, clock).addTo(table);
    new SessionStream(sessions, turns, heartbeat, clock).addTo(table);
    new FileRoutes(services.files()).addTo(table);
    new TokenRoutes(services.tokens(), bodies).addTo(table);
    new UsageRoutes(services.usage()).addTo(table);
    new OwnUsageRoutes(services.shares(), sessions, services.files()).addTo(table);
  }
}
