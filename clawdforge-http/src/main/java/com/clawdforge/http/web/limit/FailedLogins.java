package com.clawdforge.http.web.limit;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the failed authentications of each address. Only failures count, and only failures are
 * refused: a right bearer passes from every address, or one caller could lock out all others behind
 * the same address. Guessing is hopeless without a limit too, since tokens have 256 random bits and
 * the administrator's secret at least 32 characters; the limit keeps guesses cheap for the server
 * and visible to its operator. Safe for any thread.
 */
public final class FailedLogins {
  /** Of a few hundred bytes each. Beyond it, the address that failed longest ago is forgotten. */
  static final int MOST_ADDRESSES = 10_000;

  private static final Logger log = LoggerFactory.getLogger(FailedLogins.class);
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final int perMinute;
  private final DoorObserver observer;
  private final LongSupplier nanos;
  private final Map<InetAddress, Failures> byOrigin = new ByOrigin();

  /** The failures of one address; guarded by the table's lock. */
  private static final class Failures {
    private final Bucket left;
    private boolean told;
    private long toldAt;

    private Failures(Bucket left) {
      this.left = left;
    }
  }

  private static final class ByOrigin extends LinkedHashMap<InetAddress, Failures> {
    private static final long serialVersionUID = 1L;

    private ByOrigin() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<InetAddress, Failures> eldest) {
      return size() > MOST_ADDRESSES;
    }
  }

  /**
   * @param perMinute failures of an address that are answered in words, 0 for any number
   */
  public FailedLogins(int perMinute, DoorObserver observer) {
    this(perMinute, observer, System::nanoTime);
  }

  FailedLogins(int perMinute, DoorObserver observer, LongSupplier nanos) {
    this.perMinute = perMinute;
    this.observer = observer;
    this.nanos = nanos;
  }

  /**
   * Authenticates a caller.
   *
   * @param authentication throws {@link ErrorCode#UNAUTHENTICATED} if it fails
   * @throws Refusal what {@code authentication} throws, or {@link ErrorCode#RATE_LIMITED} in the
   *     place of {@link ErrorCode#UNAUTHENTICATED} if the address failed too often
   */
  public <T> T limit(InetAddress caller, Supplier<T> authentication) {
    try {
      return authentication.get();
    } catch (Refusal refusal) {
      if (refusal.code() != ErrorCode.UNAUTHENTICATED) {
        throw refusal;
      }
      long wait = perMinute == 0 ? 0 : nanosOver(Origin.of(caller));
      observer.loginFailed(wait > 0);
      throw wait > 0 ? tooMany(Duration.ofNanos(wait)) : refusal;
    }
  }

  /** Counts a failure; returns the time until the next one is answered in words, or 0 for now. */
  private long nanosOver(InetAddress origin) {
    boolean tell;
    long wait;
    synchronized (byOrigin) {
      Failures failures = byOrigin.computeIfAbsent(origin, none -> new Failures(bucket()));
      ConsumptionProbe probe = failures.left.tryConsumeAndReturnRemaining(1);
      if (probe.isConsumed()) {
        return 0;
      }
      wait = Math.max(1, probe.getNanosToWaitForRefill());
      long now = nanos.getAsLong();
      tell = !failures.told || now - failures.toldAt >= WINDOW.toNanos();
      if (tell) {
        failures.told = true;
        failures.toldAt = now;
      }
    }
    if (tell) {
      log.warn(
          "authentication failed more than {} times a minute from {}; further failures get 429",
          perMinute,
          origin.getHostAddress());
    }
    return wait;
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW))
        .withCustomTimePrecision(new Nanos(nanos))
        .build();
  }

  private Refusal tooMany(Duration wait) {
    return Refusal.retryLater(
        ErrorCode.RATE_LIMITED,
        "authentication failed more than "
            + perMinute
            + " times a minute from your address; a right bearer passes at once",
        wait);
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
