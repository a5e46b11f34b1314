package com.clawdforge.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelPricesTest {
  private static final ModelTokens MILLION = ModelTokens.of(1_000_000, 1_000_000);

  @ParameterizedTest
  @CsvSource({
    "claude-opus-5, 30",
    "claude-opus-5-5, 24",
    "claude-opus-4-8[1m], 30",
    "claude-opus-4-20250514, 90",
    "claude-opus-4-1-20250805, 90",
    "Claude-Sonnet-5-5, 12",
    "claude-sonnet-4-5-20250929, 18",
    "claude-haiku-4-5@20251001, 6",
    "claude-3-5-haiku-latest, 4.8",
    "gpt-5-2025-08-07, 11.25",
    "gpt-5.2-codex, 15.75",
  })
  void a_model_costs_its_list_price_whatever_its_release(String model, BigDecimal dollars) {
    assertEquals(0, dollars.compareTo(ModelPrices.cost(model, MILLION)));
  }

  @ParameterizedTest
  @CsvSource({
    ",",
    "claude-opus-5-6",
    "claude-haiku-9",
    "claude-haiku-4-5-free",
    "claude-haiku-4-5-20251001-and-more",
    "gpt-5.9",
    "''"
  })
  void a_model_that_is_not_known_costs_what_the_dearest_does(@Nullable String model) {
    assertCost("90.000000", ModelPrices.cost(model, MILLION));
  }

  @Test
  void a_name_of_any_length_is_looked_up_in_no_time() {
    assertCost("90.000000", ModelPrices.cost("claude-haiku-4-5-".repeat(1_000_000), MILLION));
  }

  @Test
  void caches_searches_and_the_fast_mode_have_their_prices() {
    assertCost(
        "0.000500",
        ModelPrices.cost("claude-opus-5", new ModelTokens(0, 0, 1_000, 0, 0, 0, false)));
    assertCost(
        "0.006250",
        ModelPrices.cost("claude-opus-5", new ModelTokens(0, 0, 0, 1_000, 0, 0, false)));
    assertCost(
        "0.010000",
        ModelPrices.cost("claude-opus-5", new ModelTokens(0, 0, 0, 0, 1_000, 0, false)));
    assertCost(
        "0.020000", ModelPrices.cost("claude-opus-5", new ModelTokens(0, 0, 0, 0, 0, 2, false)));
    assertCost(
        "180.000000",
        ModelPrices.cost("claude-opus-5", new ModelTokens(1_000_000, 1_000_000, 0, 0, 0, 0, true)));
  }

  @Test
  void a_model_may_cost_more_from_a_size_of_its_context_on() {
    assertCost("0.010499", ModelPrices.cost("claude-haiku-5-5", ModelTokens.of(99_990, 1_000)));
    assertCost("0.0525", ModelPrices.cost("claude-haiku-5-5", ModelTokens.of(100_000, 1_000)));
    assertCost(
        "0.0275",
        ModelPrices.cost(
            "claude-haiku-5-5-20260901", new ModelTokens(50_000, 0, 50_000, 0, 0, 0, false)));
  }

  @Test
  void a_price_is_not_rounded_so_that_sums_are_right() {
    assertCost(
        "0.0000003125",
        ModelPrices.cost("claude-3-haiku", new ModelTokens(0, 0, 0, 1, 0, 0, false)));
  }

  @Test
  void numbers_out_of_range_are_taken_for_the_nearest_ones() {
    ModelTokens all =
        new ModelTokens(-1, Long.MAX_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE, -5, false);

    assertEquals(0, all.input());
    assertEquals(Long.MAX_VALUE, all.usage().cacheCreationInputTokens());
    assertEquals(1, ModelPrices.cost(null, all).signum());
  }

  private static void assertCost(String dollars, BigDecimal cost) {
    assertEquals(0, new BigDecimal(dollars).compareTo(cost), cost::toPlainString);
  }
}
