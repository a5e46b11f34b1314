package com.clawdforge.http.app.config;

import com.clawdforge.core.run.RunLimits;
import com.clawdforge.core.session.SessionLimits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How much work the server takes, and how long it keeps the records. */
public record LimitsConfig(
    RunLimits runs, SessionLimits sessions, SharesConfig shares, long maxUploadBytes) {
  private static final String DEFAULT_AGENT = "claude";
  private static final String DEFAULT_MODEL = "sonnet";
  // Half of it is left to other tokens, however much one sends.
  private static final int MAX_WAITING = 128;
  private static final long LONGEST_SECS = Duration.ofDays(36_500).toSeconds();
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /**
   * Reads the limits.
   *
   * @param configured agents that sessions may have in addition to those listed
   */
  static LimitsConfig from(Variables read, Set<String> configured) {
    RunLimits runs = runs(read);
    return new LimitsConfig(
        runs,
        sessions(read, runs, configured),
        SharesConfig.from(read),
        read.number("CLAWDFORGE_MAX_UPLOAD_BYTES", 32L << 20, 1, 4L << 30));
  }

  private static RunLimits runs(Variables read) {
    String content = read.oneOf("CLAWDFORGE_AUDIT_CONTENT", "none", List.of("none", "full"));
    return new RunLimits(
        DEFAULT_AGENT,
        DEFAULT_MODEL,
        read.number("CLAWDFORGE_MAX_PROMPT_BYTES", 4L << 20, 1, 64L << 20),
        places(read, "CLAWDFORGE_MAX_CONCURRENT_RUNS"),
        MAX_WAITING,
        read.seconds("CLAWDFORGE_QUEUE_WAIT_SECS", 30, 0, 3_600),
        Duration.ofDays(read.number("CLAWDFORGE_AUDIT_RETENTION_DAYS", 90, 1, 36_500)),
        read.seconds("CLAWDFORGE_KEEP_ANSWERS_SECS", 3_600, 0, LONGEST_SECS),
        content.equals("full"));
  }

  // The limits that runs and sessions have in common are set once.
  private static SessionLimits sessions(Variables read, RunLimits runs, Set<String> configured) {
    return new SessionLimits(
        agents(read, configured),
        DEFAULT_AGENT,
        runs.maxPromptBytes(),
        read.number("CLAWDFORGE_MAX_OPEN_SESSIONS", 64, 1, 100_000),
        places(read, "CLAWDFORGE_MAX_CONCURRENT_TURNS"),
        MAX_WAITING,
        runs.maxWait(),
        read.seconds("CLAWDFORGE_SESSION_TTL_SECS", 3_600, 1, LONGEST_SECS),
        read.seconds("CLAWDFORGE_SESSION_HARD_TTL_SECS", 86_400, 1, LONGEST_SECS),
        runs.retention(),
        runs.keepContent());
  }

  private static int places(Variables read, String name) {
    return read.number(name, 2 * Runtime.getRuntime().availableProcessors(), 1, 1_024);
  }

  private static Set<String> agents(Variables read, Set<String> configured) {
    List<String> names = read.list("CLAWDFORGE_AGENTS");
    for (String name : names) {
      if (!AGENT.matcher(name).matches()) {
        throw new ConfigException(
            "CLAWDFORGE_AGENTS lists names of agents, such as claude,codex: " + name);
      }
    }
    Set<String> all = new TreeSet<>(names.isEmpty() ? List.of("claude", "codex") : names);
    all.addAll(configured);
    return Set.copyOf(all);
  }
}
