package com.clawdforge.http.metrics;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.http.web.RequestObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts and measures HTTP requests by their route. */
final class RequestMeters implements RequestObserver {
  private static final String NO_ROUTE = "none";

  private final MeterRegistry registry;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final RefusalMeters refusals;
  private final Counter failedLogins;
  private final Counter limitedLogins;
  private final Map<Closed, Counter> closed = new EnumMap<>(Closed.class);

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
    refusals = new RefusalMeters(registry);
    Gauge.builder("clawdforge.http.requests.in.flight", inFlight, AtomicInteger::get)
        .description("Requests that are being answered")
        .register(registry);
    failedLogins = failedLogins(false);
    limitedLogins = failedLogins(true);
    for (Closed why : Closed.values()) {
      closed.put(
          why,
          Counter.builder("clawdforge.http.connections.closed")
              .description("Connections that the server closed to protect itself")
              .tag("reason", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  private Counter failedLogins(boolean limited) {
    return Counter.builder("clawdforge.http.logins.failed")
        .description("Failed authentications; limited were too many from their address")
        .tag("limited", Boolean.toString(limited))
        .register(registry);
  }

  @Override
  public void loginFailed(boolean limited) {
    (limited ? limitedLogins : failedLogins).increment();
  }

  @Override
  public Watch begun(Begun request) {
    long beganAt = now();
    inFlight.incrementAndGet();
    return end -> {
      inFlight.decrementAndGet();
      @Nullable ErrorCode limited = end.limited();
      if (limited != null) {
        refusals.count(limited);
      }
      Buckets.requests(
              registry,
              "clawdforge.http.requests",
              "Requests, from their arrival to the last byte of the answer",
              "method",
              request.method(),
              "route",
              end.route() == null ? NO_ROUTE : end.route(),
              "status",
              Integer.toString(end.status()))
          .record(now() - beganAt, TimeUnit.NANOSECONDS);
    };
  }

  @Override
  public void closed(Closed why) {
    Objects.requireNonNull(closed.get(why)).increment();
  }

  private long now() {
    return registry.config().clock().monotonicTime();
  }
}
