package com.clawdforge.http.app.config;

import com.clawdforge.core.auth.AddressPolicy;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.run.RunLimits;
import com.clawdforge.core.session.SessionLimits;
import com.clawdforge.http.logging.LogSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the server runs, read from environment variables. A mistake stops the start: an unknown
 * {@code CLAWDFORGE_…} name, a value that cannot be used.
 *
 * @param adminSecret null while administration is off
 * @param allowedHosts names to be called by beside loopback's own; empty for any
 * @param scrapers where metrics may be read from without the administrator's bearer
 * @param sessionsDir where sessions have their directories
 * @param readable directories that agents may read which may read, beside their own
 * @param agentVariables further variables that agents get
 * @param environment everything that the server was started with, for what agents get of it
 */
public record GatewayConfig(
    @Nullable BearerToken adminSecret,
    AddressPolicy addresses,
    List<Cidr> scrapers,
    String host,
    int port,
    List<String> allowedHosts,
    Path dataDir,
    Path runsDir,
    Path sessionsDir,
    List<Path> readable,
    SessionDriverKind sessionDriver,
    String claudeBin,
    String acpxBin,
    List<String> agentVariables,
    Duration sweepInterval,
    RunLimits runs,
    SessionLimits sessions,
    long maxUploadBytes,
    Duration drain,
    Map<String, String> environment) {
  private static final String PREFIX = "CLAWDFORGE_";
  static final String ADMIN_SECRET = "ADMIN_BOOTSTRAP_TOKEN";
  private static final int SHORTEST_ADMIN_SECRET = 16;
  // Each may hold a prompt and a system prompt of megabytes.
  private static final int MAX_WAITING = 64;
  private static final long LONGEST_SECS = Duration.ofDays(36_500).toSeconds();
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern READABLE = Pattern.compile("/[^*?\\[\\]{}()!\\\\\\p{Cntrl}]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Every name that is known, the client's too: one {@code .env} may serve both. */
  static final Set<String> KNOWN =
      Set.of(
          "CLAWDFORGE_HOST",
          "CLAWDFORGE_PORT",
          "CLAWDFORGE_TRUSTED_PROXIES",
          "CLAWDFORGE_ALLOWED_HOSTS",
          "CLAWDFORGE_METRICS_CIDRS",
          LogSettings.FORMAT,
          LogSettings.LEVEL,
          "CLAWDFORGE_DATA_DIR",
          "CLAWDFORGE_AGENTS",
          "CLAWDFORGE_SESSION_DRIVER",
          "CLAWDFORGE_AGENT_ENV",
          "CLAWDFORGE_READABLE",
          "CLAWDFORGE_MAX_CONCURRENT_RUNS",
          "CLAWDFORGE_MAX_CONCURRENT_TURNS",
          "CLAWDFORGE_MAX_OPEN_SESSIONS",
          "CLAWDFORGE_SESSION_TTL_SECS",
          "CLAWDFORGE_SESSION_HARD_TTL_SECS",
          "CLAWDFORGE_QUEUE_WAIT_SECS",
          "CLAWDFORGE_SWEEP_INTERVAL_SECS",
          "CLAWDFORGE_MAX_PROMPT_BYTES",
          "CLAWDFORGE_MAX_UPLOAD_BYTES",
          "CLAWDFORGE_AUDIT_RETENTION_DAYS",
          "CLAWDFORGE_AUDIT_CONTENT",
          "CLAWDFORGE_DRAIN_SECS",
          "CLAWDFORGE_URL",
          "CLAWDFORGE_TOKEN",
          "CLAWDFORGE_ADMIN_TOKEN",
          // What we give to agents; there when one of them starts a server.
          "CLAWDFORGE_AGENT_RUN");

  /** Ways to the agents' sessions. */
  public enum SessionDriverKind {
    ACPX;

    private static List<String> wires() {
      return Arrays.stream(values()).map(SessionDriverKind::wire).toList();
    }

    private static SessionDriverKind ofWire(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    private String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public GatewayConfig {
    scrapers = List.copyOf(scrapers);
    allowedHosts = List.copyOf(allowedHosts);
    readable = List.copyOf(readable);
    agentVariables = List.copyOf(agentVariables);
    environment = Map.copyOf(environment);
  }

  /** The database of the ledger. */
  public Path ledger() {
    return dataDir.resolve("clawdforge.db");
  }

  /** Reads all of it; throws {@link ConfigException} at the first mistake. */
  public static GatewayConfig from(Map<String, String> environment) {
    refuseUnknown(environment);
    checkLog(environment);
    Variables read = new Variables(environment);
    Path dataDir = read.path("CLAWDFORGE_DATA_DIR", Path.of("data")).toAbsolutePath().normalize();
    RunLimits runs = runLimits(read);
    String host = read.text("CLAWDFORGE_HOST", "127.0.0.1");
    return new GatewayConfig(
        adminSecret(read),
        new AddressPolicy(read.cidrs("ALLOW_CIDRS"), read.cidrs("CLAWDFORGE_TRUSTED_PROXIES")),
        read.cidrs("CLAWDFORGE_METRICS_CIDRS"),
        host,
        read.number("CLAWDFORGE_PORT", 8800, 0, 65535),
        allowedHosts(read, host),
        dataDir,
        read.path("RUNS_DIR", dataDir.resolve("runs")).toAbsolutePath().normalize(),
        read.path("ACPX_SESSIONS_CWD", dataDir.resolve("acpx-cwds")).toAbsolutePath().normalize(),
        readable(read),
        SessionDriverKind.ofWire(
            read.oneOf("CLAWDFORGE_SESSION_DRIVER", "acpx", SessionDriverKind.wires())),
        read.text("CLAUDE_BIN", "claude"),
        read.text("ACPX_BIN", "acpx"),
        agentVariables(read),
        read.seconds("CLAWDFORGE_SWEEP_INTERVAL_SECS", 60, 1, 86_400),
        runs,
        sessionLimits(read, runs),
        read.number("CLAWDFORGE_MAX_UPLOAD_BYTES", 32L << 20, 1, 4L << 30),
        read.seconds("CLAWDFORGE_DRAIN_SECS", 30, 0, 3_600),
        environment);
  }

  // Read before all else, by whoever starts the log.
  private static void checkLog(Map<String, String> environment) {
    try {
      LogSettings unused = LogSettings.from(environment);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  // Who listens on loopback alone has no other name, but a web page's name may be made to point
  // there (DNS rebinding), and then the page reads what is told without a bearer.
  private static List<String> allowedHosts(Variables read, String host) {
    List<String> chosen = read.list("CLAWDFORGE_ALLOWED_HOSTS");
    return chosen.isEmpty() && isLoopback(host) ? List.of("localhost") : chosen;
  }

  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    try {
      return Cidr.address(bracketed ? host.substring(1, host.length() - 1) : host)
          .isLoopbackAddress();
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }

  private static RunLimits runLimits(Variables read) {
    String content = read.oneOf("CLAWDFORGE_AUDIT_CONTENT", "none", List.of("none", "full"));
    return new RunLimits(
        "claude",
        "sonnet",
        read.number("CLAWDFORGE_MAX_PROMPT_BYTES", 4L << 20, 1, 64L << 20),
        places(read, "CLAWDFORGE_MAX_CONCURRENT_RUNS"),
        MAX_WAITING,
        read.seconds("CLAWDFORGE_QUEUE_WAIT_SECS", 30, 0, 3_600),
        Duration.ofDays(read.number("CLAWDFORGE_AUDIT_RETENTION_DAYS", 90, 1, 36_500)),
        content.equals("full"));
  }

  // What both have in common is set once.
  private static SessionLimits sessionLimits(Variables read, RunLimits runs) {
    return new SessionLimits(
        agents(read),
        "claude",
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

  private static @Nullable BearerToken adminSecret(Variables read) {
    String secret = read.textOrItsFile(ADMIN_SECRET);
    if (secret != null && secret.length() < SHORTEST_ADMIN_SECRET) {
      throw new ConfigException(
          ADMIN_SECRET
              + " must have at least "
              + SHORTEST_ADMIN_SECRET
              + " characters; make one with: openssl rand -hex 32");
    }
    return secret == null ? null : BearerToken.presented(secret);
  }

  private static List<String> agentVariables(Variables read) {
    List<String> names = read.list("CLAWDFORGE_AGENT_ENV");
    for (String name : names) {
      if (!NAME.matcher(name).matches()
          || name.startsWith(PREFIX)
          || name.startsWith(ADMIN_SECRET)) {
        throw new ConfigException(
            "CLAWDFORGE_AGENT_ENV lists names of variables for agents, none of the server's own: "
                + name);
      }
    }
    return names;
  }

  // What a rule of the agent's would take for a pattern, or for its end, is refused.
  private static List<Path> readable(Variables read) {
    List<String> names = read.list("CLAWDFORGE_READABLE");
    for (String name : names) {
      if (!READABLE.matcher(name).matches() || !Path.of(name).normalize().toString().equals(name)) {
        throw new ConfigException(
            "CLAWDFORGE_READABLE lists absolute paths of directories, such as /srv/docs,/usr/share,"
                + " without any of *?[]{}()!\\ and not / itself: "
                + name);
      }
    }
    return names.stream().map(Path::of).toList();
  }

  private static Set<String> agents(Variables read) {
    List<String> names = read.list("CLAWDFORGE_AGENTS");
    for (String name : names) {
      if (!AGENT.matcher(name).matches()) {
        throw new ConfigException(
            "CLAWDFORGE_AGENTS lists names of agents, such as claude,codex: " + name);
      }
    }
    return names.isEmpty() ? Set.of("claude", "codex") : Set.copyOf(new TreeSet<>(names));
  }

  private static void refuseUnknown(Map<String, String> environment) {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
        throw new ConfigException(
            name + " is not a setting of this version; .env.example lists all there are");
      }
    }
  }

  /** Nothing of the environment: it holds secrets. */
  @Override
  public String toString() {
    return "GatewayConfig[" + host + ":" + port + ", " + dataDir + "]";
  }
}
