package com.clawdforge.http.app.probe;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.ops.Readiness;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the agents last reported about the model's provider: the account's limits, the requests that
 * were repeated, when the login expires. Asks nobody. What it shows is public, so only names that
 * look like a limit's pass, and none of the agents' texts. Safe for any thread.
 */
public final class ProviderWatch implements WorkObserver {
  private static final int MOST_LIMITS = 16;
  private static final Pattern WINDOW = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Set<String> STATUSES =
      Set.of("allowed", "allowed_warning", ProviderLimit.REJECTED);
  // A limit that has no known reset is not shown for ever.
  private static final Duration LASTING = Duration.ofHours(1);

  private final Clock clock;
  private final Map<String, Seen> limits = new TreeMap<>();
  private List<ProviderRetry> retries = List.of();
  private Instant retriedAt = Instant.EPOCH;
  private @Nullable Instant credentialExpiresAt;

  private record Seen(ProviderLimit limit, Instant at) {}

  public ProviderWatch(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Watch accepted(Accepted work) {
    return new Watch() {
      @Override
      public void started() {}

      @Override
      public void firstEvent() {}

      @Override
      public void ended(Ended end) {
        learn(end.report().details());
      }
    };
  }

  private synchronized void learn(AgentDetails details) {
    Instant now = clock.instant();
    limits.values().removeIf(seen -> isOver(seen, now));
    for (ProviderLimit limit : details.limits()) {
      boolean hasRoom = limits.containsKey(limit.window()) || limits.size() < MOST_LIMITS;
      if (hasRoom && WINDOW.matcher(limit.window()).matches() && isKnown(limit)) {
        limits.put(limit.window(), new Seen(limit, now));
      }
    }
    if (!details.retries().isEmpty()) {
      retries = details.retries();
      retriedAt = now;
    }
    if (details.credentialExpiresAt() != null) {
      credentialExpiresAt = details.credentialExpiresAt();
    }
  }

  private static boolean isKnown(ProviderLimit limit) {
    return STATUSES.contains(limit.status());
  }

  private static boolean isOver(Seen seen, Instant now) {
    @Nullable Instant resetsAt = seen.limit.resetsAt();
    return !now.isBefore(resetsAt == null ? seen.at.plus(LASTING) : resetsAt);
  }

  /** The limits that are not reset yet, by name. */
  public synchronized List<ProviderLimit> limits() {
    Instant now = clock.instant();
    return limits.values().stream()
        .filter(seen -> !isOver(seen, now))
        .map(seen -> seen.limit)
        .toList();
  }

  /** All of it, for {@code GET /readyz}. */
  public synchronized Readiness.Provider now() {
    Instant now = clock.instant();
    return new Readiness.Provider(
        limits.values().stream()
            .filter(seen -> !isOver(seen, now))
            .map(seen -> new Readiness.Limit(seen.limit, Duration.between(seen.at, now)))
            .toList(),
        retries,
        retries.isEmpty() ? null : Duration.between(retriedAt, now),
        credentialExpiresAt);
  }
}
