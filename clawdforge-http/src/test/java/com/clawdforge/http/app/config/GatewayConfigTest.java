package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.run.RunLimits;
import com.clawdforge.core.session.SessionLimits;
import com.clawdforge.http.kit.Installation;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the server reads its environment. */
class GatewayConfigTest {

  @Test
  void without_any_variable_everything_has_a_default() {
    GatewayConfig config = GatewayConfig.from(Map.of());

    assertNull(config.server().adminSecret());
    assertEquals("127.0.0.1", config.server().host());
    assertEquals(8800, config.server().port());
    assertEquals(List.of("localhost"), config.server().rules().allowedHosts());
    assertEquals(List.of(), config.server().scrapers());
    assertEquals(Installation.ROOT.resolve("data"), config.storage().dataDir());
    assertEquals(Installation.ROOT.resolve("data/runs"), config.storage().runsDir());
    assertEquals("claude", config.agents().claudeBin());
    assertEquals("acpx", config.agents().acpxBin());
    assertEquals(1, config.agents().warmRuns());
    assertEquals(Isolation.Wish.AUTO, config.agents().isolation());
    assertEquals(List.of(), config.agents().variables());
    assertEquals(Duration.ofMinutes(1), config.storage().sweepInterval());
    assertEquals(32 << 20, config.limits().maxUploadBytes());
    assertEquals(Duration.ofSeconds(30), config.server().drain());
    assertEquals(
        new RunLimits(
            "claude",
            "sonnet",
            4 << 20,
            2 * Runtime.getRuntime().availableProcessors(),
            128,
            Duration.ofSeconds(30),
            Duration.ofDays(90),
            Duration.ofHours(1),
            false),
        config.limits().runs());
    assertEquals(
        new SessionLimits(
            Set.of("claude", "codex"),
            "claude",
            4 << 20,
            64,
            2 * Runtime.getRuntime().availableProcessors(),
            128,
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(90),
            false),
        config.limits().sessions());
  }

  @Test
  void every_variable_is_heard() throws Exception {
    GatewayConfig config =
        GatewayConfig.from(
            Map.ofEntries(
                Map.entry("ADMIN_BOOTSTRAP_TOKEN", "thirty-two-letters-of-a-secret!!"),
                Map.entry("ALLOW_CIDRS", "10.1.0.0/16, 192.168.7.0/24"),
                Map.entry("CLAWDFORGE_TRUSTED_PROXIES", "172.24.0.0/16"),
                Map.entry("CLAWDFORGE_ALLOWED_HOSTS", "forge.example,forge"),
                Map.entry("CLAWDFORGE_METRICS_CIDRS", "10.9.0.0/16,127.0.0.1/32"),
                Map.entry("CLAWDFORGE_HOST", "0.0.0.0"),
                Map.entry("CLAWDFORGE_PORT", "9000"),
                Map.entry("CLAWDFORGE_DATA_DIR", "/srv/forge"),
                Map.entry("RUNS_DIR", "/srv/../scratch"),
                Map.entry("ACPX_SESSIONS_CWD", "/srv/../sessions"),
                Map.entry("CLAWDFORGE_AGENTS", "claude,gemini"),
                Map.entry("CLAWDFORGE_SESSION_DRIVER", "acpx"),
                Map.entry("CLAUDE_BIN", "/opt/claude"),
                Map.entry("ACPX_BIN", "/opt/acpx"),
                Map.entry("CLAWDFORGE_WARM_RUNS", "0"),
                Map.entry("CLAWDFORGE_ISOLATION", "landlock"),
                Map.entry("CLAWDFORGE_AGENT_ENV", "NPM_TOKEN,EDITOR"),
                Map.entry("CLAWDFORGE_MAX_CONCURRENT_RUNS", "3"),
                Map.entry("CLAWDFORGE_MAX_CONCURRENT_TURNS", "10"),
                Map.entry("CLAWDFORGE_MAX_OPEN_SESSIONS", "11"),
                Map.entry("CLAWDFORGE_SESSION_TTL_SECS", "12"),
                Map.entry("CLAWDFORGE_SESSION_HARD_TTL_SECS", "13"),
                Map.entry("CLAWDFORGE_QUEUE_WAIT_SECS", "4"),
                Map.entry("CLAWDFORGE_MAX_PROMPT_BYTES", "5"),
                Map.entry("CLAWDFORGE_MAX_UPLOAD_BYTES", "6"),
                Map.entry("CLAWDFORGE_AUDIT_RETENTION_DAYS", "7"),
                Map.entry("CLAWDFORGE_AUDIT_CONTENT", "full"),
                Map.entry("CLAWDFORGE_KEEP_ANSWERS_SECS", "12"),
                Map.entry("CLAWDFORGE_SWEEP_INTERVAL_SECS", "8"),
                Map.entry("CLAWDFORGE_DRAIN_SECS", "9")));

    assertEquals(
        Optional.of("thirty-two-letters-of-a-secret!!"),
        Optional.ofNullable(config.server().adminSecret()).map(BearerToken::reveal));
    assertEquals(
        Optional.of(InetAddress.getByName("10.9.9.9")),
        config.server().addresses().callerAddress(InetAddress.getByName("172.24.0.1"), "10.9.9.9"));
    assertTrue(config.server().addresses().allows(InetAddress.getByName("10.1.2.3")));
    assertTrue(config.server().addresses().allows(InetAddress.getByName("192.168.7.1")));
    assertFalse(config.server().addresses().allows(InetAddress.getByName("10.2.0.1")));
    assertEquals(List.of("forge.example", "forge"), config.server().rules().allowedHosts());
    assertEquals(
        List.of(Cidr.parse("10.9.0.0/16"), Cidr.parse("127.0.0.1/32")), config.server().scrapers());
    assertEquals("0.0.0.0", config.server().host());
    assertEquals(9000, config.server().port());
    assertEquals(Path.of("/srv/forge"), config.storage().dataDir());
    assertEquals(Path.of("/scratch"), config.storage().runsDir());
    assertEquals(Path.of("/sessions"), config.storage().sessionsDir());
    assertEquals("/opt/claude", config.agents().claudeBin());
    assertEquals("/opt/acpx", config.agents().acpxBin());
    assertEquals(0, config.agents().warmRuns());
    assertEquals(Isolation.Wish.LANDLOCK, config.agents().isolation());
    assertEquals(List.of("NPM_TOKEN", "EDITOR"), config.agents().variables());
    assertEquals(6, config.limits().maxUploadBytes());
    assertEquals(Duration.ofSeconds(8), config.storage().sweepInterval());
    assertEquals(Duration.ofSeconds(9), config.server().drain());
    assertEquals(
        new RunLimits(
            "claude",
            "sonnet",
            5,
            3,
            128,
            Duration.ofSeconds(4),
            Duration.ofDays(7),
            Duration.ofSeconds(12),
            true),
        config.limits().runs());
    assertEquals(
        new SessionLimits(
            Set.of("claude", "gemini"),
            "claude",
            5,
            11,
            10,
            128,
            Duration.ofSeconds(4),
            Duration.ofSeconds(12),
            Duration.ofSeconds(13),
            Duration.ofDays(7),
            true),
        config.limits().sessions());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "::1, true",
    "[::1], true",
    "0:0:0:0:0:0:0:1, true",
    "::ffff:127.0.0.1, true",
    "localhost, true",
    "LOCALHOST, true",
    "0.0.0.0, false",
    "::, false",
    "10.0.0.5, false",
    "forge.example, false",
    "localhost.example, false",
  })
  void who_listens_on_loopback_alone_is_called_by_loopback_names_alone(String host, boolean alone) {
    Map<String, String> unset = Map.of("CLAWDFORGE_HOST", host);
    Map<String, String> set =
        Map.of("CLAWDFORGE_HOST", host, "CLAWDFORGE_ALLOWED_HOSTS", "forge.example");

    assertEquals(
        alone ? List.of("localhost") : List.of(),
        GatewayConfig.from(unset).server().rules().allowedHosts());
    assertEquals(List.of("forge.example"), GatewayConfig.from(set).server().rules().allowedHosts());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, , true",
    "::, , true",
    "forge.example, , true",
    "0.0.0.0, 10.0.0.0/8, false",
    "127.0.0.1, , false",
    "localhost, , false",
  })
  void who_listens_to_others_without_allowing_any_refuses_them_all(
      String host, @Nullable String allowed, boolean refuses) {
    Map<String, String> settings =
        Map.of("CLAWDFORGE_HOST", host, "ALLOW_CIDRS", allowed == null ? "" : allowed);

    assertEquals(refuses, GatewayConfig.from(settings).server().refusesAllOthers());
  }

  @Test
  void an_empty_variable_counts_as_unset() {
    assertEquals(8800, GatewayConfig.from(Map.of("CLAWDFORGE_PORT", " ")).server().port());
    assertNull(GatewayConfig.from(Map.of("ADMIN_BOOTSTRAP_TOKEN", "")).server().adminSecret());
  }

  @ParameterizedTest
  @CsvSource({
    "ADMIN_BOOTSTRAP_TOKEN, thirty-one-letters-of-a-secret!",
    "ALLOW_CIDRS, 10.0.0.0/33",
    "ALLOW_CIDRS, example.org",
    "CLAWDFORGE_TRUSTED_PROXIES, 10.0.0",
    "CLAWDFORGE_METRICS_CIDRS, everywhere",
    "CLAWDFORGE_LOG_FORMAT, xml",
    "CLAWDFORGE_LOG_LEVEL, loud",
    "CLAWDFORGE_LOG_LEVEL, 'info,com.clawdforge='",
    "CLAWDFORGE_PORT, eighty",
    "CLAWDFORGE_PORT, 65536",
    "CLAWDFORGE_PORT, -1",
    "CLAWDFORGE_AGENT_ENV, NO-NAME",
    "CLAWDFORGE_AGENT_ENV, CLAWDFORGE_TOKEN",
    "CLAWDFORGE_AGENT_ENV, ADMIN_BOOTSTRAP_TOKEN",
    "CLAWDFORGE_AGENT_ENV, ADMIN_BOOTSTRAP_TOKEN_FILE",
    "CLAWDFORGE_UNSTATED_COST_USD, 0.00",
    "CLAWDFORGE_MAX_CONCURRENT_RUNS, 0",
    "CLAWDFORGE_MAX_CONCURRENT_RUNS, 1025",
    "CLAWDFORGE_MAX_CONCURRENT_TURNS, 0",
    "CLAWDFORGE_MAX_OPEN_SESSIONS, 0",
    "CLAWDFORGE_SESSION_TTL_SECS, 0",
    "CLAWDFORGE_SESSION_HARD_TTL_SECS, 1d",
    "CLAWDFORGE_QUEUE_WAIT_SECS, -1",
    "CLAWDFORGE_QUEUE_WAIT_SECS, 30s",
    "CLAWDFORGE_MAX_PROMPT_BYTES, 0",
    "CLAWDFORGE_MAX_PROMPT_BYTES, 4MiB",
    "CLAWDFORGE_MAX_UPLOAD_BYTES, 99999999999999999999",
    "CLAWDFORGE_AUDIT_RETENTION_DAYS, 0",
    "CLAWDFORGE_AUDIT_CONTENT, some",
    "CLAWDFORGE_SWEEP_INTERVAL_SECS, 0",
    "CLAWDFORGE_DRAIN_SECS, 3601",
    "CLAWDFORGE_PROT, 8800",
    "CLAWDFORGE_WARM_RUNS, -1",
    "CLAWDFORGE_WARM_RUNS, 65",
    "CLAWDFORGE_ISOLATION, bwrap",
    "CLAWDFORGE_CORS_ORIGINS, app.example",
    "CLAWDFORGE_CORS_ORIGINS, https://app.example/",
    "CLAWDFORGE_CORS_ORIGINS, 'https://a.example,*'",
    "CLAWDFORGE_CORS_ORIGINS, 'null'",
    "CLAWDFORGE_CORS_ORIGINS, https://*.example",
    "CLAWDFORGE_UNTRUSTED_PROXY, allow"
  })
  void a_mistake_is_one_line_that_names_its_variable(String name, String value) {
    ConfigException mistake =
        assertThrows(ConfigException.class, () -> GatewayConfig.from(Map.of(name, value)));

    String told = String.valueOf(mistake.getMessage());
    assertTrue(told.startsWith(name), told);
    assertEquals(1, told.lines().count(), told);
  }

  @Test
  void origins_are_exact_and_in_the_form_in_which_browsers_send_them() {
    assertEquals(List.of(), GatewayConfig.from(Map.of()).server().rules().corsOrigins());
    assertEquals(
        List.of("https://app.example", "http://localhost:3000", "tauri://localhost"),
        GatewayConfig.from(
                Map.of(
                    "CLAWDFORGE_CORS_ORIGINS",
                    "https://App.example, http://localhost:3000,tauri://localhost"))
            .server()
            .rules()
            .corsOrigins());
    assertEquals(
        List.of("*"),
        GatewayConfig.from(Map.of("CLAWDFORGE_CORS_ORIGINS", "*")).server().rules().corsOrigins());
  }

  @Test
  void an_invalid_path_is_reported_with_its_variable() {
    for (String name : List.of("CLAWDFORGE_DATA_DIR", "RUNS_DIR", "ADMIN_BOOTSTRAP_TOKEN_FILE")) {
      ConfigException mistake =
          assertThrows(ConfigException.class, () -> GatewayConfig.from(Map.of(name, "a\0b")));

      assertTrue(String.valueOf(mistake.getMessage()).startsWith(name));
    }
  }

  @Test
  void a_secret_that_is_too_short_is_not_told_but_the_command_that_makes_one_is() {
    ConfigException mistake =
        assertThrows(
            ConfigException.class,
            () -> GatewayConfig.from(Map.of("ADMIN_BOOTSTRAP_TOKEN", "tooshort")));

    assertFalse(String.valueOf(mistake.getMessage()).contains("tooshort"));
    assertTrue(String.valueOf(mistake.getMessage()).endsWith("openssl rand -hex 32"));
  }

  @Test
  void its_text_contains_no_secret() {
    GatewayConfig config =
        GatewayConfig.from(
            Map.of(
                "ADMIN_BOOTSTRAP_TOKEN",
                "thirty-two-letters-of-a-secret!!",
                "ANTHROPIC_API_KEY",
                "sk-ant-dummy"));

    assertFalse(config.toString().contains("thirty-two-letters-of-a-secret!!"), config::toString);
    assertFalse(config.toString().contains("sk-ant-dummy"), config::toString);
  }
}
