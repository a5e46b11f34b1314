package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrorTest {
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private ForgeApiException refused() {
    return assertThrows(ForgeApiException.class, () -> client.run("p"));
  }

  @Test
  void an_error_has_all_members_of_the_problem() {
    gateway.answers(
        422,
        "{\"type\":\"urn:clawdforge:error:invalid_request\",\"title\":\"Invalid\",\"status\":422,"
            + "\"detail\":\"timeout_secs must be from 1 to 3600\",\"field\":\"timeout_secs\","
            + "\"ok\":false,\"code\":\"invalid_request\",\"error\":\"x\",\"request_id\":\"req-1\"}");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals(422, e.status());
    assertEquals("invalid_request", e.code());
    assertEquals("timeout_secs", e.field());
    assertEquals("req-1", e.requestId());
    assertEquals("timeout_secs must be from 1 to 3600", e.detail());
    assertNull(e.retryAfter());
    assertEquals(
        "422 invalid_request: timeout_secs must be from 1 to 3600 (request req-1)", e.getMessage());
  }

  @Test
  void a_failure_of_the_agent_has_the_end_of_its_stderr() {
    gateway.answers(
        502,
        "{\"detail\":\"it failed\",\"code\":\"agent_failed\",\"duration_ms\":5,"
            + "\"stop_reason\":\"refusal\",\"stderr_tail\":\"boom\"}",
        "x-should-retry",
        "false");
    ForgeAgentException e = assertThrows(ForgeAgentException.class, () -> client.run("p"));
    assertEquals("agent_failed", e.code());
    assertEquals("boom", e.stderrTail());
    assertEquals("refusal", e.stopReason());
    assertEquals(Duration.ofMillis(5), e.duration());
  }

  @ParameterizedTest
  @CsvSource({
    "401, unauthenticated, ForgeAuthenticationException",
    "401, , ForgeAuthenticationException",
    "403, permission_ceiling, ForgeApiException",
    "404, not_found, ForgeNotFoundException",
    "409, idempotency_conflict, ForgeApiException",
    "410, session_closed, ForgeSessionClosedException",
    "410, , ForgeApiException",
    "422, invalid_request, ForgeApiException",
    "422, refused, ForgeRefusedException",
    "429, usage_limit_reached, ForgeUsageLimitException",
    "429, rate_limited, ForgeRateLimitException",
    "429, quota_exceeded, ForgeRateLimitException",
    "500, internal_error, ForgeApiException",
    "502, agent_failed, ForgeAgentException",
    "502, agent_unauthenticated, ForgeAgentException",
    "502, agent_output_invalid, ForgeAgentException",
    "502, , ForgeApiException",
    "503, agent_unavailable, ForgeApiException",
    "503, provider_overloaded, ForgeProviderException",
    "503, provider_unreachable, ForgeProviderException",
    "504, agent_timeout, ForgeTimeoutException",
    "504, , ForgeApiException",
    "418, teapot, ForgeApiException"
  })
  void errors_have_classes_by_code_and_status(int status, @Nullable String code, String name)
      throws Exception {
    String codeMember = code == null ? "" : ",\"code\":\"" + code + "\"";
    gateway.answers(status, "{\"detail\":\"no\"" + codeMember + "}");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals(name, e.getClass().getSimpleName());
    assertEquals(status, e.status());

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }
    assertTrue(bytes.size() > 0, "frameworks send exceptions to other processes");
  }

  @Test
  void a_usage_limit_has_the_time_of_its_reset_and_its_name() {
    gateway
        .answers(
            429,
            "{\"detail\":\"no\",\"code\":\"usage_limit_reached\","
                + "\"resets_at\":\"2026-11-21T10:00:00.000Z\",\"limit\":\"five_hour\"}",
            "Retry-After",
            "3600",
            "x-should-retry",
            "false")
        .answers(
            429, "{\"detail\":\"no\",\"code\":\"usage_limit_reached\",\"resets_at\":\"soon\"}");
    ForgeUsageLimitException known =
        assertThrows(ForgeUsageLimitException.class, () -> client.run("p"));
    assertEquals(Instant.parse("2026-11-21T10:00:00Z"), known.resetsAt());
    assertEquals("five_hour", known.limit());
    assertEquals(Duration.ofHours(1), known.retryAfter());
    ForgeUsageLimitException unknown =
        assertThrows(ForgeUsageLimitException.class, () -> client.run("p"));
    assertNull(unknown.resetsAt());
    assertNull(unknown.limit());
  }

  @Test
  void a_provider_in_trouble_and_a_refusal_have_what_an_agents_failure_has() {
    String members = ",\"duration_ms\":5,\"stop_reason\":\"refusal\",\"stderr_tail\":\"boom\"}";
    gateway
        .answers(503, "{\"detail\":\"no\",\"code\":\"provider_overloaded\"" + members)
        .answers(422, "{\"detail\":\"no\",\"code\":\"refused\"" + members);
    ForgeProviderException busy = assertThrows(ForgeProviderException.class, () -> client.run("p"));
    assertEquals("boom", busy.stderrTail());
    assertEquals(Duration.ofMillis(5), busy.duration());
    ForgeRefusedException refused =
        assertThrows(ForgeRefusedException.class, () -> client.run("p"));
    assertEquals("refusal", refused.stopReason());
  }

  @Test
  void an_error_of_the_original_service_is_understood() {
    gateway.answers(401, "{\"ok\":false,\"error\":\"bad token\"}", "X-Request-Id", "req-2");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals("bad token", e.detail());
    assertEquals("req-2", e.requestId());
    assertNull(e.code());
  }

  @Test
  void an_error_of_a_proxy_keeps_what_it_has() {
    gateway
        .answers(502, "<html>Bad Gateway</html>")
        .answers(504, "")
        .answers(500, "[1]")
        .answers(422, "{\"detail\":[{\"loc\":[\"body\"]}]}")
        .answers(503, "busy", "Retry-After", "soon");
    assertEquals("<html>Bad Gateway</html>", refused().detail());
    assertEquals(504, refused().status());
    assertEquals("[1]", refused().detail());
    assertTrue(refused().detail().contains("loc"));
    assertNull(refused().retryAfter());
  }

  @Test
  void a_retry_time_may_be_a_date() {
    gateway.answers(503, "busy", "Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT");
    Duration retryAfter = refused().retryAfter();
    assertTrue(retryAfter != null && retryAfter.toDays() > 1, () -> "was " + retryAfter);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html/>",
        "{\"ok\":true",
        "{} {}",
        "{}",
        "{\"result\":1}",
        "{\"result\":1,\"duration_ms\":\"x\"}"
      })
  void a_good_status_with_an_unusable_body_is_a_transport_failure(String body) {
    gateway.answers(200, body);
    assertThrows(ForgeTransportException.class, () -> client.run("p"));
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void a_redirect_is_not_followed() {
    gateway.answers(302, "", "Location", gateway.url() + "/elsewhere");
    assertEquals(302, refused().status());
    assertEquals(1, gateway.requests().size());
  }
}
