package com.clawdforge.http.app.terminal;

import com.clawdforge.client.FileInfo;
import com.clawdforge.client.MintedToken;
import com.clawdforge.client.RunInfo;
import com.clawdforge.client.RunResult;
import com.clawdforge.client.TokenInfo;
import com.clawdforge.client.TokenShares;
import com.clawdforge.client.TokenUsage;
import com.clawdforge.client.Usage;
import com.clawdforge.client.UsageTotal;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the options {@code --json} print, with the names of the HTTP API; times are ISO-8601, and
 * durations are milliseconds.
 */
public final class Views {
  private Views() {}

  public static ObjectNode result(RunResult result) {
    ObjectNode json = object().put("ok", true);
    json.set("result", result.json());
    json.put("duration_ms", result.duration().toMillis())
        .put("stop_reason", result.stopReason())
        .put("run_id", result.runId())
        .put("cost_usd", result.costUsd());
    texts(json, "warnings", result.warnings());
    return json;
  }

  public static ObjectNode run(RunInfo run) {
    ObjectNode json =
        object()
            .put("run_id", run.runId())
            .put("state", state(run))
            .put("model", run.model())
            .put("stop_reason", run.stopReason())
            .put("created_at", time(run.createdAt()))
            .put("started_at", time(run.startedAt()))
            .put("ended_at", time(run.endedAt()))
            .put("queue_ms", millis(run.queued()))
            .put("duration_ms", millis(run.duration()));
    json.set("usage", run.usage() == null ? null : usage(object(), run.usage()));
    json.put("cost_usd", run.costUsd())
        .put("prompt_bytes", run.promptBytes())
        .put("result_bytes", run.resultBytes())
        .put("files", run.files());
    json.set(
        "error",
        run.error() == null
            ? null
            : object().put("code", run.error().code()).put("detail", run.error().detail()));
    json.put("request_id", run.requestId());
    texts(json, "warnings", run.warnings());
    if (run.result() != null) {
      json.set("result", run.result());
    }
    return json;
  }

  public static ObjectNode file(FileInfo file) {
    return object()
        .put("file_token", file.token())
        .put("name", file.name())
        .put("size", file.size())
        .put("created_at", time(file.createdAt()))
        .put("expires_at", time(file.expiresAt()));
  }

  public static ObjectNode usage(UsageTotal.By by, UsageTotal total) {
    ObjectNode json =
        object()
            .put(by.name().toLowerCase(Locale.ROOT), total.group())
            .put("runs", total.runs())
            .put("turns", total.turns());
    return usage(json, total.usage()).put("cost_usd", total.costUsd());
  }

  public static ObjectNode token(TokenInfo token) {
    ObjectNode json = object().put("name", token.name());
    texts(json, "ip_cidrs", token.cidrs());
    json.put("created_at", time(token.createdAt()))
        .put("last_used_at", time(token.lastUsedAt()))
        .put("revoked_at", time(token.revokedAt()));
    texts(json, "agents", token.limits().agents());
    json.put("max_permissions", token.limits().maxPermissions())
        .put("max_network", token.limits().maxNetwork().name().toLowerCase(Locale.ROOT));
    return shares(json, token.limits().shares());
  }

  /** What a token has used; a limit of null is none. */
  public static ObjectNode usage(TokenUsage usage) {
    ObjectNode json = object().put("name", usage.name());
    json.set("limits", shares(object(), usage.limits()));
    json.set(
        "use",
        object()
            .put("running", usage.running())
            .put("waiting", usage.waiting())
            .put("waiting_prompt_bytes", usage.waitingPromptBytes())
            .put("open_sessions", usage.openSessions())
            .put("storage_bytes", usage.storageBytes())
            .put("spent_today_usd", usage.spentTodayUsd())
            .put("spent_this_month_usd", usage.spentThisMonthUsd())
            .put("reserved_usd", usage.reservedUsd()));
    return json.put("day_ends", time(usage.dayEnds())).put("month_ends", time(usage.monthEnds()));
  }

  private static ObjectNode shares(ObjectNode json, TokenShares shares) {
    return json.put("max_concurrent", shares.maxConcurrent())
        .put("max_sessions", shares.maxSessions())
        .put("requests_per_minute", shares.requestsPerMinute())
        .put("daily_budget_usd", shares.dailyBudgetUsd())
        .put("monthly_budget_usd", shares.monthlyBudgetUsd())
        .put("max_storage_bytes", shares.maxStorageBytes());
  }

  public static ObjectNode minted(MintedToken minted) {
    ObjectNode json = object().put("name", minted.name()).put("token", minted.token());
    texts(json, "ip_cidrs", minted.cidrs());
    return json.put("created_at", time(minted.createdAt()));
  }

  /** That something was done to the thing of this name. */
  public static ObjectNode done(String kind, String name) {
    return object().put("ok", true).put(kind, name);
  }

  public static String state(RunInfo run) {
    return run.state().name().toLowerCase(Locale.ROOT);
  }

  public static String shown(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }

  private static ObjectNode usage(ObjectNode json, Usage usage) {
    return json.put("input_tokens", usage.inputTokens())
        .put("output_tokens", usage.outputTokens())
        .put("cache_read_input_tokens", usage.cacheReadInputTokens())
        .put("cache_creation_input_tokens", usage.cacheCreationInputTokens());
  }

  private static void texts(ObjectNode json, String name, List<String> texts) {
    texts.forEach(json.putArray(name)::add);
  }

  private static @Nullable String time(@Nullable Instant when) {
    return when == null ? null : when.toString();
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
