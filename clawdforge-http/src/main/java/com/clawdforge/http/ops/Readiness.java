package com.clawdforge.http.ops;

import com.clawdforge.core.work.Load;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /readyz}. The server is ready if all checks pass; login and capacity are
 * informative only.
 */
public record Readiness(List<Check> checks, Login login, Capacity capacity) {
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

  boolean ready() {
    return checks.stream().allMatch(Check::passed);
  }
}
