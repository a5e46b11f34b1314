package com.clawdforge.http.api.usage;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.Shares;
import com.clawdforge.http.api.wire.SharesJson;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.math.BigDecimal;

/** What the caller's token has used, and its limits. */
public final class OwnUsageRoutes {
  private final Shares shares;
  private final SessionService sessions;
  private final FileService files;

  public OwnUsageRoutes(Shares shares, SessionService sessions, FileService files) {
    this.shares = shares;
    this.sessions = sessions;
    this.files = files;
  }

  public void addTo(RouteTable routes) {
    routes.app(HandlerType.GET, "/usage", this::show);
  }

  private record Use(
      int running,
      int waiting,
      long waitingPromptBytes,
      int openSessions,
      long storageBytes,
      BigDecimal spentTodayUsd,
      BigDecimal spentThisMonthUsd,
      BigDecimal reservedUsd) {}

  private record OwnUsage(
      boolean ok, String name, SharesJson limits, Use use, String dayEnds, String monthEnds) {}

  private void show(Context ctx, Caller caller) throws IOException {
    String id = caller.tokenId();
    Budgets budgets = shares.budgets();
    Budgets.Spent spent = budgets.spent(id);
    Responses.json(
        ctx,
        new OwnUsage(
            true,
            caller.appName(),
            SharesJson.of(shares.of(caller)),
            new Use(
                shares.running(id),
                shares.waiting(id),
                shares.prompts().waiting(id),
                sessions.countOpen(caller),
                files.bytes(caller),
                plain(spent.today()),
                plain(spent.thisMonth()),
                plain(spent.reserved())),
            Json.time(budgets.dayEnds()),
            Json.time(budgets.monthEnds())));
  }

  // 0E-9 and 0.500000000 are no numbers for people.
  private static BigDecimal plain(BigDecimal amount) {
    BigDecimal shortest = amount.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
  }
}
