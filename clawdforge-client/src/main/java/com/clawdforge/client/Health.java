package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The health of a gateway.
 *
 * @param version of the gateway, or null
 * @param claudePresent whether it can start {@code claude}
 * @param claudeVersion null if unknown, or not known yet
 * @param acpxPresent whether it can start {@code acpx}
 * @param acpxVersion null if unknown, or not known yet
 * @param uptime how long it has been running, or null
 * @param untested the agents' programs whose version the gateway's build was not tested with, such
 *     as {@code claude 2.1.340}; empty if there are none
 */
public record Health(
    @Nullable String version,
    boolean claudePresent,
    @Nullable String claudeVersion,
    boolean acpxPresent,
    @Nullable String acpxVersion,
    long openSessions,
    @Nullable Duration uptime,
    List<String> untested) {
  public Health {
    untested = List.copyOf(untested);
  }

  /** A gateway that was tested with the versions of all its programs. */
  public Health(
      @Nullable String version,
      boolean claudePresent,
      @Nullable String claudeVersion,
      boolean acpxPresent,
      @Nullable String acpxVersion,
      long openSessions,
      @Nullable Duration uptime) {
    this(
        version,
        claudePresent,
        claudeVersion,
        acpxPresent,
        acpxVersion,
        openSessions,
        uptime,
        List.of());
  }

  static Health of(JsonNode health) {
    Long uptime = Json.integer(health, "uptime_secs");
    return new Health(
        Json.text(health, "version"),
        Json.truth(health, "claude_present"),
        Json.text(health, "claude_version"),
        Json.truth(health, "acpx_present"),
        Json.text(health, "acpx_version"),
        health.path("open_sessions").asLong(),
        uptime == null ? null : Duration.ofSeconds(uptime),
        Json.texts(health, "untested"));
  }
}
