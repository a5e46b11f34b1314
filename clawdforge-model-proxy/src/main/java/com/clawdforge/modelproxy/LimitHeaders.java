package com.clawdforge.modelproxy;

import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.model.AccountLimit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** The limits of an account that a provider tells in the head of an answer. */
final class LimitHeaders {
  private static final String PREFIX = "anthropic-ratelimit-";
  private static final String UNIFIED = PREFIX + "unified-";
  private static final String OPENAI = "x-ratelimit-";
  private static final String ALLOWED = "allowed";

  /** Of subscriptions, by their short names. */
  private static final Map<String, String> WINDOWS =
      Map.of("5h", "five_hour", "7d", "seven_day", "7d_opus", "seven_day_opus");

  /** Of keys, each with its limit, what remains of it, and when it is whole again. */
  private static final List<String> COUNTED =
      List.of("requests", "tokens", "input-tokens", "output-tokens");

  private LimitHeaders() {}

  /**
   * @param retryAfter how long the provider asks to wait, or null
   */
  static List<AccountLimit> of(
      String account, int status, HttpFields headers, @Nullable Duration retryAfter, Instant now) {
    List<ProviderLimit> limits = new ArrayList<>();
    WINDOWS.forEach((name, window) -> window(headers, name, window).ifPresent(limits::add));
    COUNTED.forEach(
        name ->
            counted(
                    name,
                    headers.get(PREFIX + name + "-limit"),
                    headers.get(PREFIX + name + "-remaining"),
                    time(headers.get(PREFIX + name + "-reset")))
                .or(
                    () ->
                        counted(
                            name,
                            headers.get(OPENAI + "limit-" + name),
                            headers.get(OPENAI + "remaining-" + name),
                            null))
                .ifPresent(limits::add));
    if (retryAfter != null && (status == 429 || status >= 500)) {
      limits.add(
          new ProviderLimit(
              AccountLimit.RETRY_AFTER, ProviderLimit.REJECTED, null, now.plus(retryAfter)));
    }
    return limits.stream().map(limit -> new AccountLimit(account, limit)).toList();
  }

  private static Optional<ProviderLimit> window(HttpFields headers, String name, String window) {
    @Nullable String status = headers.get(UNIFIED + name + "-status");
    @Nullable Double used = number(headers.get(UNIFIED + name + "-utilization"));
    return status == null && used == null
        ? Optional.empty()
        : Optional.of(
            new ProviderLimit(
                window,
                status == null ? ALLOWED : status,
                used,
                second(headers.get(UNIFIED + name + "-reset"))));
  }

  private static Optional<ProviderLimit> counted(
      String name, @Nullable String most, @Nullable String left, @Nullable Instant resetsAt) {
    @Nullable Double limit = number(most);
    @Nullable Double remaining = number(left);
    if (limit == null || remaining == null || limit <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new ProviderLimit(
            name.replace('-', '_'),
            remaining <= 0 ? ProviderLimit.REJECTED : ALLOWED,
            Math.max(0, 1 - remaining / limit),
            resetsAt));
  }

  private static @Nullable Double number(@Nullable String value) {
    try {
      return value == null ? null : Double.valueOf(value);
    } catch (NumberFormatException other) {
      return null;
    }
  }

  private static @Nullable Instant second(@Nullable String value) {
    @Nullable Double seconds = number(value);
    try {
      return seconds == null ? null : Instant.ofEpochSecond(seconds.longValue());
    } catch (DateTimeException outOfRange) {
      return null;
    }
  }

  private static @Nullable Instant time(@Nullable String value) {
    try {
      return value == null ? null : Instant.parse(value);
    } catch (DateTimeException other) {
      return null;
    }
  }
}
