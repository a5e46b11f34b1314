package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.client.internal.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForgeAdminTest {
  private static final String MINTED =
      "{\"ok\":true,\"name\":\"app\",\"token\":\"cf_secret\",\"ip_cidrs\":[\"10.0.0.0/8\"],"
          + "\"created_at\":1795238000}";

  private StubGateway gateway;
  private ForgeAdmin admin;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    admin = gateway.admin();
  }

  @AfterEach
  void stop() {
    admin.close();
    gateway.close();
  }

  @Test
  void a_token_is_minted_and_its_secret_is_not_shown() throws Exception {
    gateway.answers(200, MINTED);
    MintedToken minted = admin.mint("app", List.of("10.0.0.0/8"));
    assertEquals(
        new MintedToken(
            "app", "cf_secret", List.of("10.0.0.0/8"), Instant.ofEpochSecond(1_795_238_000)),
        minted);
    assertFalse(minted.toString().contains("secret"));

    StubGateway.Request asked = gateway.requests().get(0);
    assertEquals("POST /admin/tokens", asked.line());
    assertEquals("Bearer " + StubGateway.TOKEN, asked.header("Authorization"));
    assertEquals(
        Json.MAPPER.readTree("{\"name\":\"app\",\"ip_cidrs\":[\"10.0.0.0/8\"]}"), asked.json());
  }

  @Test
  void usage_is_grouped_by_token_model_or_day() {
    gateway.answers(
        200,
        "{\"ok\":true,\"group_by\":\"model\",\"usage\":[{\"model\":\"opus\",\"runs\":1,\"turns\":2,"
            + "\"input_tokens\":3,\"output_tokens\":4,\"cache_read_input_tokens\":5,"
            + "\"cache_creation_input_tokens\":6,\"cost_usd\":0.50},{\"model\":null,\"runs\":1,"
            + "\"turns\":0,\"input_tokens\":0,\"output_tokens\":0,\"cache_read_input_tokens\":0,"
            + "\"cache_creation_input_tokens\":0,\"cost_usd\":null}]}");

    assertEquals(
        List.of(
            new UsageTotal("opus", 1, 2, new Usage(3, 4, 5, 6), new BigDecimal("0.50")),
            new UsageTotal(null, 1, 0, new Usage(0, 0, 0, 0), null)),
        admin.usage(UsageTotal.By.MODEL));
    assertEquals("GET /admin/usage?group_by=model", gateway.requests().get(0).line());
  }

  @Test
  void the_work_of_all_apps_is_listed_with_its_tokens() {
    String session =
        "{\"session_id\":\"s\",\"token\":\"app\",\"agent\":\"claude\",\"status\":\"open\","
            + "\"turn_count\":0,\"created_at\":1}";
    String run = "{\"run_id\":\"r\",\"app\":\"app\",\"state\":\"completed\",\"created_at\":1}";
    gateway
        .answers(200, "{\"ok\":true,\"sessions\":[" + session + "],\"next_cursor\":null}")
        .answers(200, "{\"ok\":true,\"runs\":[" + run + "],\"next_cursor\":\"c\"}")
        .answers(200, "{\"ok\":true,\"runs\":[" + run + "],\"next_cursor\":\"d\"}");

    assertEquals("app", admin.sessions(true).get(0).token());
    assertEquals(List.of("app", "app"), admin.runs(2).stream().map(RunInfo::token).toList());
    assertEquals(
        List.of(
            "GET /admin/sessions?include_closed=true&limit=200",
            "GET /admin/runs?limit=2",
            "GET /admin/runs?limit=1&cursor=c"),
        gateway.requests().stream().map(StubGateway.Request::line).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"approve-reads", "{\"auto_deny\":[\"execute\"],\"default\":\"approve\"}"})
  void a_token_is_minted_with_limits_and_listed_with_them(String permissions) throws Exception {
    String json = permissions.startsWith("{") ? permissions : "\"" + permissions + "\"";
    gateway
        .answers(200, MINTED)
        .answers(
            200,
            "{\"ok\":true,\"tokens\":[{\"name\":\"app\",\"ip_cidrs\":[],\"created_at\":1,"
                + "\"last_used_at\":null,\"revoked_at\":null,\"agents\":[\"claude\"],"
                + "\"max_permissions\":"
                + json
                + ",\"max_network\":\"model\"}]}");
    TokenLimits limits =
        new TokenLimits(List.of("claude"), permissions, Network.MODEL, TokenShares.DEFAULTS);

    admin.mint("app", List.of(), limits);

    assertEquals(
        Json.MAPPER.readTree(
            "{\"name\":\"app\",\"ip_cidrs\":[],\"agents\":[\"claude\"],\"max_permissions\":"
                + json
                + ",\"max_network\":\"model\"}"),
        gateway.requests().get(0).json());
    assertEquals(limits, admin.tokens().get(0).limits());
  }

  @Test
  void shares_are_minted_changed_and_listed() throws Exception {
    String listed =
        "{\"name\":\"app\",\"ip_cidrs\":[],\"created_at\":1,\"last_used_at\":null,"
            + "\"revoked_at\":null,\"max_concurrent\":2,\"max_sessions\":0,"
            + "\"requests_per_minute\":60,\"daily_budget_usd\":1.5,\"monthly_budget_usd\":20,"
            + "\"max_storage_bytes\":1099511627776}";
    TokenShares shares =
        new TokenShares(2, 0, 60, new BigDecimal("1.5"), new BigDecimal("20"), 1L << 40);
    gateway.answers(200, MINTED).answers(200, listed).answers(200, listed);

    admin.mint("app", List.of(), new TokenLimits(List.of(), null, shares));
    TokenInfo changed =
        admin.change("app", new ShareChange().maxConcurrent(3).dailyBudgetUsd(null));
    admin.change("app", TokenShares.DEFAULTS.asChange());

    assertEquals(
        Json.MAPPER.readTree(
            "{\"name\":\"app\",\"ip_cidrs\":[],\"max_concurrent\":2,\"max_sessions\":0,"
                + "\"requests_per_minute\":60,\"daily_budget_usd\":1.5,"
                + "\"monthly_budget_usd\":20,\"max_storage_bytes\":1099511627776}"),
        gateway.requests().get(0).json());
    assertEquals("PATCH /admin/tokens/app", gateway.requests().get(1).line());
    assertEquals(
        Json.MAPPER.readTree("{\"max_concurrent\":3,\"daily_budget_usd\":null}"),
        gateway.requests().get(1).json());
    assertEquals(6, gateway.requests().get(2).json().size());
    assertEquals(shares, changed.limits().shares());
  }

  @Test
  void a_policy_that_is_not_json_is_refused() {
    assertThrows(
        IllegalArgumentException.class, () -> new TokenLimits(List.of(), "{\"default\":deny}"));
  }

  @Test
  void a_secret_is_rotated() {
    gateway.answers(200, MINTED);
    assertEquals("cf_secret", admin.rotate("a b").token());
    assertEquals("POST /admin/tokens/a%20b/rotate", gateway.requests().get(0).line());
  }

  @Test
  void minting_is_not_retried_when_the_secret_may_be_lost() {
    gateway.breaksOff().answers(200, MINTED);
    assertThrows(ForgeTransportException.class, () -> admin.mint("app", List.of()));
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void tokens_are_listed() {
    gateway.answers(
        200,
        "{\"ok\":true,\"tokens\":[{\"name\":\"a\",\"ip_cidrs\":[],\"created_at\":1,"
            + "\"last_used_at\":2,\"revoked_at\":3},{\"name\":\"b\",\"ip_cidrs\":[\"::1/128\"],"
            + "\"created_at\":1,\"last_used_at\":null,\"revoked_at\":null}]}");
    assertEquals(
        List.of(
            new TokenInfo(
                "a",
                List.of(),
                Instant.ofEpochSecond(1),
                Instant.ofEpochSecond(2),
                Instant.ofEpochSecond(3),
                TokenLimits.NONE),
            new TokenInfo(
                "b", List.of("::1/128"), Instant.ofEpochSecond(1), null, null, TokenLimits.NONE)),
        admin.tokens());
    assertEquals("GET /admin/tokens", gateway.requests().get(0).line());
  }

  @Test
  void revoking_an_unknown_token_fails() {
    gateway
        .answers(200, "{\"ok\":true}")
        .answers(404, "{\"code\":\"not_found\",\"detail\":\"no token named x\"}");
    admin.revoke("app");
    assertEquals("DELETE /admin/tokens/app", gateway.requests().get(0).line());
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> admin.revoke("x"));
    assertEquals("no token named x", e.detail());
  }

  @Test
  void the_environment_configures_an_admin_client() {
    Map<String, String> set =
        Map.of("CLAWDFORGE_URL", "http://h:1", "CLAWDFORGE_ADMIN_TOKEN", "very-secret");
    try (ForgeAdmin configured = ForgeAdmin.from(set::get)) {
      assertEquals("ForgeAdmin[http://h:1]", configured.toString());
    }
    try (ForgeAdmin configured =
        ForgeAdmin.from(Map.of("ADMIN_BOOTSTRAP_TOKEN", "very-secret")::get)) {
      assertEquals("ForgeAdmin[http://127.0.0.1:8800]", configured.toString());
    }
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> ForgeAdmin.from(Map.of("CLAWDFORGE_URL", "http://h")::get));
    assertEquals("set the environment variable CLAWDFORGE_ADMIN_TOKEN", e.getMessage());
    assertThrows(IllegalStateException.class, () -> ForgeAdmin.builder().build());
  }
}
