package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DetailsJsonTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");

  @Test
  void the_text_of_a_column_stays_as_it_is_because_ledgers_have_it() {
    AgentDetails details =
        new AgentDetails(
            List.of(new ProviderRetry(529, "overloaded", Duration.ofMillis(1500))),
            List.of("a file was cut"),
            List.of(
                new AgentDetails.ModelUse("m", new Usage(1, 2, 3, 4), new BigDecimal("0.000100"))),
            "completed",
            List.of(new ProviderLimit("five_hour", "allowed_warning", 0.91, T0)),
            T0);

    assertEquals(
        "{\"retries\":[{\"status\":529,\"error\":\"overloaded\",\"delay_ms\":1500}],"
            + "\"warnings\":[\"a file was cut\"],"
            + "\"models\":[{\"model\":\"m\",\"input_tokens\":1,\"output_tokens\":2,"
            + "\"cache_read_tokens\":3,\"cache_write_tokens\":4,\"cost_usd\":0.000100}],"
            + "\"terminal_reason\":\"completed\","
            + "\"limits\":[{\"window\":\"five_hour\",\"status\":\"allowed_warning\","
            + "\"utilization\":0.91,\"resets_at\":1772366400123}],"
            + "\"credential_expires_at\":1772366400123}",
        DetailsJson.of(details));
    assertEquals(
        "{\"not_before\":1772366400123,\"limit\":\"five_hour\",\"acted\":true}",
        DetailsJson.of(new RetryAdvice(T0, "five_hour", true)));
  }

  @Test
  void nothing_takes_no_room() {
    assertNull(DetailsJson.of(AgentDetails.NONE));
    assertNull(DetailsJson.of(RetryAdvice.NONE));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "{", "[]", "7", "null", "{\"of_a_newer_version\":{\"a\":[1]}}"})
  void what_is_not_understood_is_nothing(@Nullable String text) {
    assertEquals(AgentDetails.NONE, DetailsJson.details(text));
    assertEquals(RetryAdvice.NONE, DetailsJson.advice(text));
  }

  @Test
  void members_that_are_missing_or_unknown_leave_the_others_readable() {
    AgentDetails read =
        DetailsJson.details(
            "{\"new\":1,\"warnings\":[\"w\"],\"retries\":[{\"new\":1}],\"models\":[{}],"
                + "\"limits\":[{\"window\":\"five_hour\"}],\"terminal_reason\":7}");

    assertEquals(
        new AgentDetails(
            List.of(new ProviderRetry(0, null, Duration.ZERO)),
            List.of("w"),
            List.of(new AgentDetails.ModelUse("", new Usage(0, 0, 0, 0), null)),
            null,
            List.of(new ProviderLimit("five_hour", "", null, null)),
            null),
        read);
  }
}
