package com.clawdforge.http.ops;

import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.work.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /readyz}. The server is ready if all checks pass; login, capacity and
 * provider are informative only.
 */
public record Readiness(List<Check> checks, Login login, Capacity capacity, Provider provider) {
  public Readiness {
    checks = List.copyOf(checks);
  }

  /**
   * A precondition for all work.
   *
   * @param name a short word, {@code snake_case}
   * @param reason what is wrong, for the operator and without secrets; null if it passed
   * @param age how long ago it was checked; null if it was not checked yet
   */
  public record Check(String name, @Nullable String reason, @Nullable Duration age) {
    public boolean passed() {
      return reason == null;
    }
  }

  /**
   * The login that the agent reports.
   *
   * @param state {@code logged_in}, {@code logged_out}, {@code misplaced} or {@code unknown}
   * @param kind such as {@code api_key}; null if there is none
   * @param detail the same for people
   * @param age how long ago it was checked; null if it was not checked yet
   */
  public record Login(String state, @Nullable String kind, String detail, @Nullable Duration age) {}

  /** Current work, and its limits. */
  public record Capacity(Load runs, Load turns, int openSessions, int maxOpenSessions) {}

  /**
   * What the model's provider or the agents last reported.
   *
   * @param retries the requests that the last run or turn with any repeated
   * @param retriedBefore how long ago that was; null if there was none
   * @param credentialExpiresAt when the agent's login expires, or null if unknown
   */
  public record Provider(
      List<Limit> limits,
      List<ProviderRetry> retries,
      @Nullable Duration retriedBefore,
      @Nullable Instant credentialExpiresAt) {
    /** Nothing is known. */
    public static final Provider UNKNOWN = new Provider(List.of(), List.of(), null, null);

    public Provider {
      limits = List.copyOf(limits);
      retries = List.copyOf(retries);
    }
  }

  /**
   * A limit of the account.
   *
   * @param age how long ago the provider reported it
   */
  public record Limit(AccountLimit limit, Duration age) {}

  boolean ready() {
    return checks.stream().allMatch(Check::passed);
  }
}
