package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an app's token has used of the gateway, and what it may use. Amounts are in US dollars; days
 * and months are those of UTC.
 *
 * @param name of the token
 * @param limits those in force; here null stands for no limit
 * @param running how many runs and turns have a place
 * @param waiting how many runs and turns wait for a place; turns that wait for their session do not
 *     count
 * @param waitingPromptBytes how long the prompts that wait are together
 * @param storageBytes how large the uploads are together
 * @param spentTodayUsd what the work has cost that ended since the day began
 * @param spentThisMonthUsd what the work has cost that ended since the month began
 * @param reservedUsd what work that is not over has reserved, which counts against both budgets
 * @param dayEnds when the daily budget is renewed
 * @param monthEnds when the monthly budget is renewed
 */
public record TokenUsage(
    String name,
    TokenShares limits,
    int running,
    int waiting,
    long waitingPromptBytes,
    int openSessions,
    long storageBytes,
    BigDecimal spentTodayUsd,
    BigDecimal spentThisMonthUsd,
    BigDecimal reservedUsd,
    Instant dayEnds,
    Instant monthEnds) {
  static TokenUsage of(JsonNode answer) {
    JsonNode use = Json.required(answer.get("use"), "use");
    return new TokenUsage(
        Json.requiredText(answer, "name"),
        TokenShares.of(Json.required(answer.get("limits"), "limits")),
        Json.requiredCount(use, "running"),
        Json.requiredCount(use, "waiting"),
        Json.requiredInteger(use, "waiting_prompt_bytes"),
        Json.requiredCount(use, "open_sessions"),
        Json.requiredInteger(use, "storage_bytes"),
        amount(use, "spent_today_usd"),
        amount(use, "spent_this_month_usd"),
        amount(use, "reserved_usd"),
        Json.requiredTime(answer, "day_ends"),
        Json.requiredTime(answer, "month_ends"));
  }

  private static BigDecimal amount(JsonNode use, String name) {
    return Json.required(Json.decimal(use, name), name);
  }

  /** How many more runs and turns may run at once, or null if that is not limited. */
  public @Nullable Integer placesLeft() {
    return limits.maxConcurrent() == null
        ? null
        : (Integer) Math.max(0, limits.maxConcurrent() - running);
  }

  /** How many more sessions may be open, or null if that is not limited. */
  public @Nullable Integer sessionsLeft() {
    return limits.maxSessions() == null
        ? null
        : (Integer) Math.max(0, limits.maxSessions() - openSessions);
  }

  /** How many more bytes may be uploaded, or null if that is not limited. */
  public @Nullable Long storageLeft() {
    return limits.maxStorageBytes() == null
        ? null
        : (Long) Math.max(0, limits.maxStorageBytes() - storageBytes);
  }

  /** What may be spent until {@link #dayEnds}, or null if there is no daily budget. */
  public @Nullable BigDecimal leftTodayUsd() {
    return left(limits.dailyBudgetUsd(), spentTodayUsd);
  }

  /** What may be spent until {@link #monthEnds}, or null if there is no monthly budget. */
  public @Nullable BigDecimal leftThisMonthUsd() {
    return left(limits.monthlyBudgetUsd(), spentThisMonthUsd);
  }

  private @Nullable BigDecimal left(@Nullable BigDecimal budget, BigDecimal spent) {
    return budget == null
        ? null
        : budget.subtract(spent).subtract(reservedUsd).max(BigDecimal.ZERO);
  }
}
