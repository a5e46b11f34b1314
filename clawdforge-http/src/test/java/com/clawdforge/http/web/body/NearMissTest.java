package com.clawdforge.http.web.body;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NearMissTest {
  private static final List<String> FIELDS =
      List.of(
          "agent",
          "allowed_tools",
          "detach",
          "effort",
          "files",
          "ip_cidrs",
          "json_schema",
          "max_budget_usd",
          "meta",
          "model",
          "on_disconnect",
          "permissions",
          "prompt",
          "queue",
          "system",
          "system_mode",
          "timeout_secs");

  @ParameterizedTest
  @CsvSource({
    "permission, permissions",
    "Permissions, permissions",
    "permisions, permissions",
    "premissions, permissions",
    "timeout, timeout_secs",
    "timeouts, timeout_secs",
    "timeoutSecs, timeout_secs",
    "timeout-secs, timeout_secs",
    "TIMEOUT_SECS, timeout_secs",
    "timeout_seconds, timeout_secs",
    "timeout_ms, timeout_secs",
    "systemMode, system_mode",
    "allowedTools, allowed_tools",
    "allow_tools, allowed_tools",
    "tools, allowed_tools",
    "schema, json_schema",
    "max_budget, max_budget_usd",
    "cidrs, ip_cidrs",
    "ip_cidr, ip_cidrs",
    "file, files",
    "models, model",
    "modell, model",
    "promt, prompt",
    "pormpt, prompt",
    "agents, agent",
    "onDisconnect, on_disconnect",
    "Meta, meta",
  })
  void a_misspelt_field_is_recognised(String name, String field) {
    assertEquals(Optional.of(field), NearMiss.of(name, FIELDS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stream",
        "cwd",
        "user",
        "max_tokens",
        "temperature",
        "beta",
        "metadata",
        "query",
        "fields",
        "attach",
        "context",
        "json",
        "max",
        "on",
        "secs",
        "",
        "_",
        "system_fingerprint",
        "id"
      })
  void a_name_of_something_else_is_left_alone(String name) {
    assertEquals(Optional.empty(), NearMiss.of(name, FIELDS));
  }

  @Test
  void a_very_long_name_is_left_alone() {
    assertEquals(Optional.empty(), NearMiss.of("prompt" + "s".repeat(60), FIELDS));
  }
}
