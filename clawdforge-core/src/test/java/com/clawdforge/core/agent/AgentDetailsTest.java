package com.clawdforge.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentDetailsTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final String LONG = "x".repeat(501);
  private static final String CUT = "x".repeat(500);

  @Test
  void each_list_keeps_its_first_32_entries() {
    ProviderRetry retry = new ProviderRetry(529, null, Duration.ZERO);
    AgentDetails.ModelUse use = new AgentDetails.ModelUse("m", new Usage(1, 2, 3, 4), null);
    ProviderLimit limit = new ProviderLimit("five_hour", "allowed", null, null);

    AgentDetails details =
        new AgentDetails(
            Collections.nCopies(33, retry),
            Collections.nCopies(33, "w"),
            Collections.nCopies(33, use),
            null,
            Collections.nCopies(33, limit),
            null);

    assertEquals(Collections.nCopies(32, retry), details.retries());
    assertEquals(Collections.nCopies(32, "w"), details.warnings());
    assertEquals(Collections.nCopies(32, use), details.models());
    assertEquals(Collections.nCopies(32, limit), details.limits());
  }

  @Test
  void each_text_keeps_its_first_500_characters() {
    AgentDetails details =
        new AgentDetails(
            List.of(new ProviderRetry(0, LONG, Duration.ZERO)),
            List.of(LONG),
            List.of(new AgentDetails.ModelUse(LONG, new Usage(1, 2, 3, 4), null)),
            LONG,
            List.of(new ProviderLimit(LONG, LONG, null, null)),
            null);

    assertEquals(
        new AgentDetails(
            List.of(new ProviderRetry(0, CUT, Duration.ZERO)),
            List.of(CUT),
            List.of(new AgentDetails.ModelUse(CUT, new Usage(1, 2, 3, 4), null)),
            CUT,
            List.of(new ProviderLimit(CUT, CUT, null, null)),
            null),
        details);
    assertEquals(CUT, details.terminalReason());
  }

  @Test
  void a_cut_does_not_leave_half_of_a_surrogate_pair() {
    String pairAcrossTheCut = "x".repeat(499) + "\ud83d\ude00";

    assertEquals("x".repeat(499), new ProviderLimit(pairAcrossTheCut, "", null, null).window());
  }

  @Test
  void times_have_milliseconds() {
    assertEquals(T0, new ProviderLimit("w", "allowed", null, T0.plusNanos(999_999)).resetsAt());
    assertEquals(
        T0,
        new AgentDetails(List.of(), List.of(), List.of(), null, List.of(), T0.plusNanos(999_999))
            .credentialExpiresAt());
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 253_402_300_800_000L, Long.MAX_VALUE})
  void a_time_that_is_garbage_is_dropped(long millis) {
    assertNull(new ProviderLimit("w", "allowed", null, Instant.ofEpochMilli(millis)).resetsAt());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void a_share_that_is_garbage_is_dropped(double share) {
    assertNull(new ProviderLimit("w", "allowed", share, null).utilization());
  }

  @ParameterizedTest
  @CsvSource({"529, 529", "100, 100", "599, 599", "99, 0", "600, 0", "-1, 0"})
  void a_status_that_is_none_of_http_is_unknown(int reported, int kept) {
    assertEquals(kept, new ProviderRetry(reported, null, Duration.ZERO).status());
  }

  @ParameterizedTest
  @CsvSource({"PT-1S, PT0S", "PT1.0005S, PT1S", "PT24H, PT24H", "PT2562047788015215H, PT24H"})
  void a_delay_is_at_most_a_day_in_milliseconds(Duration reported, Duration kept) {
    assertEquals(kept, new ProviderRetry(0, null, reported).delay());
  }

  @Test
  void a_cost_of_too_many_digits_is_dropped() {
    assertNull(
        new AgentDetails.ModelUse("m", new Usage(1, 2, 3, 4), new BigDecimal("1e999999999"))
            .costUsd());
  }
}
