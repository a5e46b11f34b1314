package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TokenUsageTest {
  private static final String USE =
      "\"use\":{\"running\":1,\"waiting\":2,\"waiting_prompt_bytes\":3,\"open_sessions\":4,"
          + "\"storage_bytes\":5,\"spent_today_usd\":0.25,\"spent_this_month_usd\":4.75,"
          + "\"reserved_usd\":1},";
  private static final String ENDS =
      "\"day_ends\":\"2026-11-22T00:00:00.000Z\",\"month_ends\":\"2026-12-01T00:00:00.000Z\"}";

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

  private TokenUsage usage(String limits) {
    gateway.answers(
        200, "{\"ok\":true,\"name\":\"cauldron\",\"limits\":{" + limits + "}," + USE + ENDS);
    return client.usage();
  }

  @Test
  void an_app_sees_its_use_and_its_limits() {
    TokenUsage usage =
        usage(
            "\"max_concurrent\":2,\"max_sessions\":9,\"requests_per_minute\":60,"
                + "\"daily_budget_usd\":2.5,\"monthly_budget_usd\":20,\"max_storage_bytes\":100");

    assertEquals(
        new TokenUsage(
            "cauldron",
            new TokenShares(2, 9, 60, new BigDecimal("2.5"), new BigDecimal("20"), 100L),
            1,
            2,
            3,
            4,
            5,
            new BigDecimal("0.25"),
            new BigDecimal("4.75"),
            new BigDecimal("1"),
            Instant.parse("2026-11-22T00:00:00Z"),
            Instant.parse("2026-12-01T00:00:00Z")),
        usage);
    assertEquals("GET /usage", gateway.requests().get(0).line());
  }

  @Test
  void what_is_left_counts_what_is_reserved() {
    TokenUsage usage =
        usage(
            "\"max_concurrent\":2,\"max_sessions\":9,\"daily_budget_usd\":2.5,"
                + "\"monthly_budget_usd\":20,\"max_storage_bytes\":100");

    assertEquals(1, usage.placesLeft());
    assertEquals(5, usage.sessionsLeft());
    assertEquals(95, usage.storageLeft());
    assertEquals(new BigDecimal("1.25"), usage.leftTodayUsd());
    assertEquals(new BigDecimal("14.25"), usage.leftThisMonthUsd());
  }

  @Test
  void nothing_is_left_of_a_limit_that_was_lowered_below_the_use() {
    TokenUsage usage =
        usage(
            "\"max_concurrent\":0,\"max_sessions\":1,\"daily_budget_usd\":0.5,"
                + "\"monthly_budget_usd\":0,\"max_storage_bytes\":0");

    assertEquals(0, usage.placesLeft());
    assertEquals(0, usage.sessionsLeft());
    assertEquals(0, usage.storageLeft());
    assertEquals(BigDecimal.ZERO, usage.leftTodayUsd());
    assertEquals(BigDecimal.ZERO, usage.leftThisMonthUsd());
  }

  @Test
  void what_is_not_limited_has_no_end() {
    TokenUsage usage = usage("");

    assertEquals(TokenShares.DEFAULTS, usage.limits());
    assertNull(usage.placesLeft());
    assertNull(usage.sessionsLeft());
    assertNull(usage.storageLeft());
    assertNull(usage.leftTodayUsd());
    assertNull(usage.leftThisMonthUsd());
  }

  @Test
  void an_answer_without_the_use_fails() {
    gateway.answers(200, "{\"ok\":true,\"name\":\"cauldron\",\"limits\":{}," + ENDS);

    assertThrows(ForgeException.class, client::usage);
  }
}
