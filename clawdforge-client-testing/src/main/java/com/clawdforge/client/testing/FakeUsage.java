package com.clawdforge.client.testing;

import com.clawdforge.client.TokenShares;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What the app has used, {@code /usage}. Thread-safe. */
final class FakeUsage {
  private static final String TOKEN_NAME = "app";

  private final Runs runs;
  private final Sessions sessions;
  private final FakeFiles files;
  private volatile TokenShares limits = TokenShares.DEFAULTS;

  FakeUsage(Runs runs, Sessions sessions, FakeFiles files) {
    this.runs = runs;
    this.sessions = sessions;
    this.files = files;
  }

  void limits(TokenShares newLimits) {
    limits = newLimits;
  }

  void answer(Exchange http) throws IOException {
    if (!http.is("GET", 1)) {
      http.notFound("path " + http.method() + " " + http.segment(0));
      return;
    }
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    ObjectNode usage = Wire.object().put("ok", true).put("name", TOKEN_NAME);
    usage.set("limits", shown(limits));
    usage.set("use", use());
    http.send(
        200,
        usage
            .put("day_ends", midnight(today.plusDays(1)))
            .put("month_ends", midnight(today.withDayOfMonth(1).plusMonths(1))));
  }

  private static JsonNode shown(TokenShares shares) {
    ObjectNode limits =
        Wire.object()
            .put("max_concurrent", shares.maxConcurrent())
            .put("max_sessions", shares.maxSessions())
            .put("requests_per_minute", shares.requestsPerMinute())
            .put("daily_budget_usd", shares.dailyBudgetUsd())
            .put("monthly_budget_usd", shares.monthlyBudgetUsd())
            .put("max_storage_bytes", shares.maxStorageBytes());
    limits.properties().removeIf(limit -> limit.getValue().isNull());
    return limits;
  }

  // No work waits here: each is begun at once, or waits for its session.
  private JsonNode use() {
    List<FakeSession> all = sessions.newestFirst();
    List<Work> work = new ArrayList<>(runs.newestFirst());
    all.forEach(session -> work.addAll(session.newestFirst()));
    BigDecimal spent = work.stream().map(FakeUsage::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    return Wire.object()
        .put("running", work.stream().filter(Work::isRunning).count())
        .put("waiting", 0)
        .put("waiting_prompt_bytes", 0)
        .put("open_sessions", all.stream().filter(session -> !session.isClosed()).count())
        .put("storage_bytes", files.bytes())
        .put("spent_today_usd", spent)
        .put("spent_this_month_usd", spent)
        .put("reserved_usd", 0);
  }

  private static BigDecimal cost(Work work) {
    BigDecimal cost = work.answer().costUsd();
    return cost == null || !work.hasWorked() ? BigDecimal.ZERO : cost;
  }

  private static String midnight(LocalDate day) {
    return day + "T00:00:00.000Z";
  }
}
