package com.clawdforge.http.app.probe;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelWatch;
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
 * What is known of the model's provider: the limits of its accounts, as it tells them on the way to
 * the model, or as agents last reported them; and of the agents also the requests that were
 * repeated, and when the login expires. Asks nobody. What it shows is public, so only names that
 * look like a limit's pass, and none of the agents' texts. Safe for any thread.
 */
public final class ProviderWatch implements WorkObserver, ModelWatch {
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

  private record Seen(AccountLimit told, Instant at) {
    ProviderLimit limit() {
      return told.limit();
    }
  }

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

  @Override
  public void over(ModelRequest request) {}

  @Override
  public synchronized void limits(List<AccountLimit> told) {
    note(told);
  }

  private void note(List<AccountLimit> told) {
    Instant now = clock.instant();
    limits.values().removeIf(seen -> isOver(seen, now));
    for (AccountLimit limit : told) {
      String window = limit.limit().window();
      String key = window + " " + limit.account();
      boolean hasRoom = limits.containsKey(key) || limits.size() < MOST_LIMITS;
      if (hasRoom && WINDOW.matcher(window).matches() && isKnown(limit.limit())) {
        limits.put(key, new Seen(limit, now));
      }
    }
    // What an agent tells is what the provider has told it before.
    limits
        .values()
        .removeIf(
            seen ->
                seen.told.account().equals(AccountLimit.AGENTS)
                    && limits.values().stream()
                        .anyMatch(
                            other ->
                                !other.told.account().equals(AccountLimit.AGENTS)
                                    && other.limit().window().equals(seen.limit().window())));
  }

  private synchronized void learn(AgentDetails details) {
    Instant now = clock.instant();
    note(
        details.limits().stream()
            .map(limit -> new AccountLimit(AccountLimit.AGENTS, limit))
            .toList());
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
    @Nullable Instant resetsAt = seen.limit().resetsAt();
    return !now.isBefore(resetsAt == null ? seen.at.plus(LASTING) : resetsAt);
  }

  /** The limits that are not reset yet, by name. */
  public synchronized List<AccountLimit> limits() {
    Instant now = clock.instant();
    return limits.values().stream().filter(seen -> !isOver(seen, now)).map(Seen::told).toList();
  }

  /** All of it, for {@code GET /readyz}. */
  public synchronized Readiness.Provider now() {
    Instant now = clock.instant();
    return new Readiness.Provider(
        limits.values().stream()
            .filter(seen -> !isOver(seen, now))
            .map(seen -> new Readiness.Limit(seen.told, Duration.between(seen.at, now)))
            .toList(),
        retries,
        retries.isEmpty() ? null : Duration.between(retriedAt, now),
        credentialExpiresAt);
  }
}
