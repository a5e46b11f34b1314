package com.clawdforge.http.ops;

import com.clawdforge.core.work.Load;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /readyz} tells: the server is ready if all checks are passed; login and capacity
 * only inform.
 */
public record Readiness(List<Check> checks, Login login, Capacity capacity) {
  public Readiness {
    checks = List.copyOf(checks);
  }

  /**
   * Something without which no work can be done.
   *
   * @param name a short word, {@code snake_case}
   * @param reason what is wrong, for the operator and without secrets; null if nothing is
   * @param age how long ago it was looked at, or null if it was not yet
   */
  public record Check(String name, @Nullable String reason, @Nullable Duration age) {
    public boolean passed() {
      return reason == null;
    }
  }

  /**
   * The agent's login, by its own word.
   *
   * @param state {@code logged_in}, {@code logged_out}, {@code misplaced} or {@code unknown}
   * @param kind such as {@code api_key}; null if there is none
   * @param detail the same for people
   * @param age how long ago it was asked, or null if it was not yet
   */
  public record Login(String state, @Nullable String kind, String detail, @Nullable Duration age) {}

  /** How much is done now, and how much can be. */
  public record Capacity(Load runs, Load turns, int openSessions, int maxOpenSessions) {}

  boolean ready() {
    return checks.stream().allMatch(Check::passed);
  }
}
