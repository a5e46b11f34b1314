package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StatusCommandTest extends SessionCommandFixture {
  private static final String READY =
      "{\"ok\":true,\"checks\":{\"accepting\":{\"ok\":true,\"reason\":null}},"
          + "\"login\":{\"state\":\"logged_in\",\"kind\":\"api_key\",\"detail\":\"an API key\"},"
          + "\"capacity\":{\"runs\":{\"running\":1,\"waiting\":2,\"places\":4},"
          + "\"turns\":{\"running\":0,\"waiting\":0,\"places\":8},"
          + "\"sessions\":{\"open\":3,\"limit\":64}},"
          + "\"provider\":{\"limits\":[{\"window\":\"five_hour\",\"status\":\"allowed\","
          + "\"utilization\":0.4,\"resets_at\":\"2026-11-21T10:00:00.000Z\"}]}}";

  @BeforeEach
  void answer() {
    server
        .on(
            "GET /healthz",
            200,
            "{\"ok\":true,\"claude_present\":true,\"claude_version\":\"2.1.197\","
                + "\"acpx_present\":true,\"acpx_version\":\"0.19.1\",\"open_sessions\":3,"
                + "\"version\":\"0.1.0\",\"uptime_secs\":3720}")
        .on("GET /readyz", 200, READY);
  }

  @Test
  void a_server_is_shown_in_ten_lines() {
    server.on("GET /runs?limit=200", 200, "{\"runs\":[],\"next_cursor\":null}");

    assertEquals(0, clawdforge("status"), err::toString);

    List<String> lines = out.toString().lines().toList();
    assertEquals(10, lines.size(), out::toString);
    assertEquals("server    " + server.url() + ", clawdforge 0.1.0", lines.get(0));
    assertTrue(lines.get(1).endsWith(", 1 h 2 min"), lines.get(1));
    assertEquals(
        List.of(
            "ready     yes",
            "token     accepted, 0 of its latest runs are not over",
            "runs      1 running, 2 waiting, 4 places",
            "turns     0 running, 0 waiting, 8 places",
            "sessions  3 open, at most 64",
            "login     an API key",
            "limits    five_hour allowed, 40 % used, resets 2026-11-21T10:00:00.000Z",
            "agents    claude 2.1.197, acpx 0.19.1"),
        lines.subList(2, 10));
  }

  @Test
  void a_server_that_takes_no_work_is_a_failure_and_says_why() {
    server.on(
        "GET /readyz",
        503,
        READY
            .replaceFirst("true", "false")
            .replace("{\"ok\":true,\"reason\":null}", "{\"ok\":false,\"reason\":\"it stops\"}"));

    assertEquals(1, clawdforge("status"), err::toString);

    assertTrue(out.toString().contains("ready     no: it stops"), out::toString);
    assertTrue(out.toString().contains("token     refused: no GET /runs"), out::toString);
  }

  @Test
  void json_has_the_answers_of_the_server() throws Exception {
    assertEquals(0, clawdforge("status", "--json"), err::toString);

    JsonNode all = Cli.json(out.toString());
    assertEquals(new JsonMapper().readTree(READY), all.path("readiness"));
    assertEquals(3720, all.at("/health/uptime_secs").asInt());
  }
}
