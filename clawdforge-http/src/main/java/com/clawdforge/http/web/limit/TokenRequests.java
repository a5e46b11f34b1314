package com.clawdforge.http.web.limit;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits the requests of each token in a minute. A token that was quiet may send a minute's
 * requests at once; they come back one by one. Safe for any thread.
 */
public final class TokenRequests {
  /** Of a few hundred bytes each. Beyond it, the token that was used longest ago is forgotten. */
  private static final int MOST_TOKENS = 10_000;

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final LongSupplier nanos;
  private final Map<String, Requests> byToken =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Requests> eldest) {
          return size() > MOST_TOKENS;
        }
      };

  private record Requests(int perMinute, Bucket left) {}

  public TokenRequests() {
    this(System::nanoTime);
  }

  TokenRequests(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Counts a request.
   *
   * @return what is left after it; null if the caller has no limit
   * @throws Refusal {@link ErrorCode#RATE_LIMITED} if there is none left
   */
  public @Nullable Allowance count(Caller caller) {
    @Nullable Integer perMinute = caller.limits().shares().requestsPerMinute();
    if (perMinute == null) {
      return null;
    }
    ConsumptionProbe probe = bucket(caller.tokenId(), perMinute).tryConsumeAndReturnRemaining(1);
    Allowance allowance =
        new Allowance(
            "requests_per_minute",
            BigDecimal.valueOf(perMinute),
            BigDecimal.valueOf(probe.isConsumed() ? probe.getRemainingTokens() : 0),
            WINDOW,
            null);
    if (probe.isConsumed()) {
      return allowance;
    }
    throw Refusal.beyond(
        ErrorCode.RATE_LIMITED,
        "this token may send " + perMinute + " requests a minute",
        Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill())),
        allowance);
  }

  private Bucket bucket(String tokenId, int perMinute) {
    synchronized (byToken) {
      @Nullable Requests known = byToken.get(tokenId);
      if (known == null || known.perMinute() != perMinute) {
        // What was used under another limit counts under the new one too.
        long used = known == null ? 0 : known.perMinute() - known.left().getAvailableTokens();
        known = new Requests(perMinute, bucket(perMinute, Math.max(0, perMinute - used)));
        byToken.put(tokenId, known);
      }
      return known.left();
    }
  }

  private Bucket bucket(int perMinute, long left) {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW).initialTokens(left))
        .withCustomTimePrecision(new Nanos(nanos))
        .build();
  }

  /** The library's view of the clock. */
  private record Nanos(LongSupplier nanos) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
