package com.clawdforge.http.app.command;

import com.clawdforge.client.ShareChange;
import com.clawdforge.client.TokenShares;
import java.math.BigDecimal;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a token's shares; the word default takes one back to the server's default. */
final class ShareOptions {
  private static final String DEFAULT = "default";

  @Option(
      names = "--max-concurrent",
      paramLabel = "N",
      description = "Runs and turns at once, together.")
  private @Nullable String maxConcurrent;

  @Option(names = "--max-sessions", paramLabel = "N", description = "Open sessions.")
  private @Nullable String maxSessions;

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "Requests of any kind in a minute.")
  private @Nullable String requestsPerMinute;

  @Option(
      names = "--daily-budget",
      paramLabel = "USD",
      description = "What its work may cost in a day of UTC.")
  private @Nullable String dailyBudget;

  @Option(
      names = "--monthly-budget",
      paramLabel = "USD",
      description = "What its work may cost in a month of UTC.")
  private @Nullable String monthlyBudget;

  @Option(
      names = "--max-storage",
      paramLabel = "BYTES",
      description = "How large its uploads may be together.")
  private @Nullable String maxStorage;

  /**
   * What the options change.
   *
   * @throws IllegalArgumentException with the name of an option whose value is not a number
   */
  ShareChange change() {
    ShareChange change = new ShareChange();
    read("--max-concurrent", maxConcurrent, Integer::valueOf, change::maxConcurrent);
    read("--max-sessions", maxSessions, Integer::valueOf, change::maxSessions);
    read("--requests-per-minute", requestsPerMinute, Integer::valueOf, change::requestsPerMinute);
    read("--daily-budget", dailyBudget, BigDecimal::new, change::dailyBudgetUsd);
    read("--monthly-budget", monthlyBudget, BigDecimal::new, change::monthlyBudgetUsd);
    read("--max-storage", maxStorage, Long::valueOf, change::maxStorageBytes);
    return change;
  }

  /** The shares of a new token. */
  TokenShares shares() {
    return new TokenShares(
        value("--max-concurrent", maxConcurrent, Integer::valueOf),
        value("--max-sessions", maxSessions, Integer::valueOf),
        value("--requests-per-minute", requestsPerMinute, Integer::valueOf),
        value("--daily-budget", dailyBudget, BigDecimal::new),
        value("--monthly-budget", monthlyBudget, BigDecimal::new),
        value("--max-storage", maxStorage, Long::valueOf));
  }

  private static <T> void read(
      String option,
      @Nullable String text,
      Function<String, T> parse,
      Consumer<@Nullable T> change) {
    if (text != null) {
      change.accept(value(option, text, parse));
    }
  }

  private static <T> @Nullable T value(
      String option, @Nullable String text, Function<String, T> parse) {
    if (text == null || text.equals(DEFAULT)) {
      return null;
    }
    try {
      return parse.apply(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          option + " must be a number or the word default, not " + text, e);
    }
  }
}
