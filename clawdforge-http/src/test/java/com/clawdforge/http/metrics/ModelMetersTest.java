package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ModelMetersTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ModelMeters meters = new ModelMeters(registry);

  @Test
  void requests_tokens_and_dollars_are_added_up_by_the_model_that_answered() {
    for (int i = 0; i < 2; i++) {
      meters.over(request(ModelRequest.Outcome.ANSWERED, 200, "claude-opus-5"));
    }

    assertEquals(
        2,
        registry
            .get("clawdforge.model.requests")
            .tags("model", "claude-opus-5", "outcome", "answered", "status", "200")
            .counter()
            .count());
    assertEquals(24, tokens("input"));
    assertEquals(14, tokens("output"));
    assertEquals(6, tokens("cache_read"));
    assertEquals(10, tokens("cache_creation"));
    assertEquals(0.5, registry.get("clawdforge.model.cost.usd").counter().count());
    assertEquals(
        20, registry.get("clawdforge.model.first.byte").timer().totalTime(TimeUnit.MILLISECONDS));
  }

  @Test
  void what_was_not_sent_or_not_answered_has_neither_model_nor_first_byte() {
    meters.over(ModelRequest.notSent(RUN, ModelRequest.Outcome.NO_MONEY));
    meters.over(request(ModelRequest.Outcome.ANSWERED, 529, null));

    assertEquals(
        1,
        registry
            .get("clawdforge.model.requests")
            .tags("model", "none", "outcome", "no_money", "status", "none")
            .counter()
            .count());
    assertEquals(
        1, registry.get("clawdforge.model.requests").tags("status", "529").counter().count());
    assertEquals(0, registry.find("clawdforge.model.first.byte").timers().size());
  }

  @Test
  void names_of_models_make_few_time_series_whatever_an_agent_asks_for() {
    for (int i = 0; i < 1_000; i++) {
      meters.over(request(ModelRequest.Outcome.ANSWERED, 200, "made-up-" + i));
      meters.over(request(ModelRequest.Outcome.ANSWERED, 404, "refused-" + i));
    }

    int series = registry.find("clawdforge.model.requests").counters().size();
    assertTrue(series <= 34, () -> series + " time series");
  }

  private double tokens(String type) {
    return registry.get("clawdforge.model.tokens").tags("type", type).counter().count();
  }

  private static ModelRequest request(
      ModelRequest.Outcome outcome, int status, @Nullable String model) {
    return new ModelRequest(
        RUN,
        outcome,
        status,
        model,
        new ModelTokens(12, 7, 3, 4, 1, 0, false),
        false,
        new BigDecimal("0.25"),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        null);
  }
}
