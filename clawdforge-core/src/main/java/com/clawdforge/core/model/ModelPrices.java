package com.clawdforge.core.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What requests to well-known models cost, in US dollars: the providers' list prices, as the pinned
 * agents have them. It is for bounds, so that a model which is not known costs what the dearest
 * does.
 */
public final class ModelPrices {
  private static final BigDecimal MILLION = new BigDecimal(1_000_000);
  private static final BigDecimal SEARCH = new BigDecimal("0.01");

  /** The most that the fast mode of a model costs, as often as the usual one. */
  private static final BigDecimal FAST = new BigDecimal(6);

  private static final BigDecimal CACHE_WRITE = new BigDecimal("1.25");
  private static final BigDecimal CACHE_WRITE_HOUR = new BigDecimal(2);

  /** So many that sums are not off by what was rounded. */
  private static final int DECIMALS = 12;

  /** From so many tokens of input on, cached ones too, some models cost more. */
  private static final long LARGE = 100_000;

  private static final Price DEAREST = new Price("", "15", "75", "1.5");

  private static final List<Price> KNOWN =
      List.of(
          new Price("claude-3-haiku", "0.25", "1.25", "0.03"),
          new Price("claude-3-5-haiku", "0.8", "4", "0.08"),
          new Price("claude-haiku-4-5", "1", "5", "0.1"),
          new Price("claude-haiku-5-5", "0.1", "0.5", "0.01")
              .fromLarge(new Price("claude-haiku-5-5", "0.5", "2.5", "0.05")),
          new Price("claude-3-5-sonnet", "3", "15", "0.3"),
          new Price("claude-3-7-sonnet", "3", "15", "0.3"),
          new Price("claude-sonnet-4", "3", "15", "0.3"),
          new Price("claude-sonnet-4-0", "3", "15", "0.3"),
          new Price("claude-sonnet-4-5", "3", "15", "0.3"),
          new Price("claude-sonnet-4-6", "3", "15", "0.3"),
          new Price("claude-sonnet-5", "2", "10", "0.2"),
          new Price("claude-sonnet-5-5", "2", "10", "0.1"),
          new Price("claude-opus-4", "15", "75", "1.5"),
          new Price("claude-opus-4-0", "15", "75", "1.5"),
          new Price("claude-opus-4-1", "15", "75", "1.5"),
          new Price("claude-opus-4-5", "5", "25", "0.5"),
          new Price("claude-opus-4-6", "5", "25", "0.5"),
          new Price("claude-opus-4-7", "5", "25", "0.5"),
          new Price("claude-opus-4-8", "5", "25", "0.5"),
          new Price("claude-opus-5", "5", "25", "0.5"),
          new Price("claude-opus-5-5", "4", "20", "0.2"),
          new Price("claude-fable-5", "10", "50", "1"),
          new Price("claude-fable-5-1", "10", "50", "0.25"),
          new Price("claude-mythos-5", "10", "50", "1"),
          new Price("claude-mythos-5-1", "10", "50", "0.25"),
          new Price("claude-mythos-5-2", "8", "40", "0.2"),
          new Price("gpt-5", "1.25", "10", "0.125"),
          new Price("gpt-5-codex", "1.25", "10", "0.125"),
          new Price("gpt-5-mini", "0.25", "2", "0.025"),
          new Price("gpt-5-nano", "0.05", "0.4", "0.005"),
          new Price("gpt-5.1", "1.25", "10", "0.125"),
          new Price("gpt-5.1-codex", "1.25", "10", "0.125"),
          new Price("gpt-5.1-codex-max", "1.25", "10", "0.125"),
          new Price("gpt-5.1-codex-mini", "0.25", "2", "0.025"),
          new Price("gpt-5.2", "1.75", "14", "0.175"),
          new Price("gpt-5.2-codex", "1.75", "14", "0.175"),
          new Price("gpt-5.3-codex", "1.75", "14", "0.175"));

  /** What may follow a name: the day of a release, the latest one, the size of the context. */
  private static final Pattern RELEASE =
      Pattern.compile("(?:[-@](?:\\d{8}|\\d{4}-\\d\\d-\\d\\d|latest))?(?:\\[1m])?");

  private static final int LONGEST = 64;

  private ModelPrices() {}

  /** In dollars for a million tokens. */
  private record Price(
      String model,
      BigDecimal input,
      BigDecimal output,
      BigDecimal cacheRead,
      @Nullable Price large) {
    Price(String model, String input, String output, String cacheRead) {
      this(model, new BigDecimal(input), new BigDecimal(output), new BigDecimal(cacheRead), null);
    }

    /** The same, and another price for requests with a large context. */
    Price fromLarge(Price dearer) {
      return new Price(model, input, output, cacheRead, dearer);
    }

    BigDecimal of(ModelTokens tokens) {
      double context =
          (double) tokens.input()
              + tokens.cacheRead()
              + tokens.cacheWrite()
              + tokens.cacheWriteHour();
      return large != null && context >= LARGE ? large.sum(tokens) : sum(tokens);
    }

    private BigDecimal sum(ModelTokens tokens) {
      BigDecimal cost =
          times(tokens.input(), input)
              .add(times(tokens.output(), output))
              .add(times(tokens.cacheRead(), cacheRead))
              .add(times(tokens.cacheWrite(), input.multiply(CACHE_WRITE)))
              .add(times(tokens.cacheWriteHour(), input.multiply(CACHE_WRITE_HOUR)))
              .divide(MILLION);
      return tokens.fast() ? cost.multiply(FAST) : cost;
    }

    private static BigDecimal times(long count, BigDecimal price) {
      return BigDecimal.valueOf(count).multiply(price);
    }
  }

  /**
   * What a request cost.
   *
   * @param model as the provider names it in its answer, or null if that is not known
   */
  public static BigDecimal cost(@Nullable String model, ModelTokens tokens) {
    return price(model)
        .of(tokens)
        .add(BigDecimal.valueOf(tokens.searches()).multiply(SEARCH))
        .setScale(DECIMALS, RoundingMode.HALF_UP);
  }

  private static Price price(@Nullable String model) {
    if (model == null || model.length() > LONGEST) {
      return DEAREST;
    }
    String name = model.toLowerCase(Locale.ROOT);
    return KNOWN.stream()
        .filter(
            price ->
                name.startsWith(price.model)
                    && RELEASE.matcher(name.substring(price.model.length())).matches())
        .max(Comparator.comparingInt(price -> price.model.length()))
        .orElse(DEAREST);
  }
}
