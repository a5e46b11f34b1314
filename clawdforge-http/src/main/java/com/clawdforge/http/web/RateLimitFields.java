package com.clawdforge.http.web;

import com.clawdforge.core.error.Allowance;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header fields {@code RateLimit-Policy} and {@code RateLimit} of
 * draft-ietf-httpapi-ratelimit-headers-10. Their numbers are integers: money is in millionths of a
 * US dollar.
 */
final class RateLimitFields {
  private static final int MICRO = 6;
  // The most that a structured field can hold.
  private static final BigDecimal MOST = BigDecimal.valueOf(999_999_999_999_999L);

  private RateLimitFields() {}

  /**
   * The fields of a limit.
   *
   * @param reset when there is more of it again, or null if that is unknown
   */
  static Map<String, String> of(Allowance allowance, @Nullable Duration reset) {
    String name = "\"" + allowance.limit() + "\"";
    boolean money = allowance.limit().endsWith("_usd");
    String policy = name + ";q=" + integer(allowance.allowed(), money) + unit(allowance.limit());
    @Nullable Duration window = allowance.window();
    return Map.of(
        "RateLimit-Policy",
        window == null ? policy : policy + ";w=" + window.toSeconds(),
        "RateLimit",
        name
            + ";r="
            + integer(allowance.left(), money)
            + (reset == null ? "" : ";t=" + reset.plusMillis(999).toSeconds()));
  }

  private static long integer(BigDecimal amount, boolean money) {
    return (money ? amount.movePointRight(MICRO) : amount)
        .setScale(0, RoundingMode.DOWN)
        .min(MOST)
        .longValueExact();
  }

  private static String unit(String limit) {
    return switch (limit) {
      case "daily_budget_usd", "monthly_budget_usd" -> ";qu=\"micro-usd\"";
      case "max_concurrent" -> ";qu=\"concurrent-requests\"";
      case "max_sessions" -> ";qu=\"sessions\"";
      case "max_storage_bytes", "waiting_prompt_bytes", "request_bytes" -> ";qu=\"content-bytes\"";
      default -> "";
    };
  }
}
