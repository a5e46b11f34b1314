package com.clawdforge.http.app.config;

import com.clawdforge.http.logging.LogSettings;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the server runs, read from environment variables. A mistake stops the start: an unknown
 * {@code CLAWDFORGE_…} name, or a value that cannot be used.
 *
 * @param environment all variables that the server was started with, from which agents get some
 */
public record GatewayConfig(
    ServerConfig server,
    StorageConfig storage,
    AgentConfig agents,
    LimitsConfig limits,
    Map<String, String> environment) {
  static final String PREFIX = "CLAWDFORGE_";

  /** All known names, including the client's: one {@code .env} may serve both. */
  static final Set<String> KNOWN =
      Set.of(
          "CLAWDFORGE_HOST",
          "CLAWDFORGE_PORT",
          "CLAWDFORGE_TRUSTED_PROXIES",
          "CLAWDFORGE_ALLOWED_HOSTS",
          "CLAWDFORGE_METRICS_CIDRS",
          "CLAWDFORGE_CORS_ORIGINS",
          "CLAWDFORGE_UNTRUSTED_PROXY",
          "CLAWDFORGE_FAILED_LOGINS_PER_MINUTE",
          "CLAWDFORGE_MAX_CONNECTIONS",
          "CLAWDFORGE_MAX_CONNECTIONS_PER_ADDRESS",
          "CLAWDFORGE_HEAD_SECS",
          "CLAWDFORGE_MIN_BODY_RATE",
          LogSettings.FORMAT,
          LogSettings.LEVEL,
          "CLAWDFORGE_DATA_DIR",
          "CLAWDFORGE_AGENTS",
          "CLAWDFORGE_SESSION_DRIVER",
          "CLAWDFORGE_SESSIONS_PER_AGENT",
          "CLAWDFORGE_AGENT_IDLE_SECS",
          "CLAWDFORGE_ACP_AGENTS",
          "CLAWDFORGE_AGENT_ENV",
          "CLAWDFORGE_READABLE",
          "CLAWDFORGE_WARM_RUNS",
          "CLAWDFORGE_ISOLATION",
          "CLAWDFORGE_MODEL_PROXY",
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
          "CLAWDFORGE_KEEP_ANSWERS_SECS",
          "CLAWDFORGE_DEFAULT_MAX_CONCURRENT",
          "CLAWDFORGE_DEFAULT_MAX_SESSIONS",
          "CLAWDFORGE_DEFAULT_REQUESTS_PER_MINUTE",
          "CLAWDFORGE_DEFAULT_DAILY_BUDGET_USD",
          "CLAWDFORGE_DEFAULT_MONTHLY_BUDGET_USD",
          "CLAWDFORGE_DEFAULT_MAX_STORAGE_BYTES",
          "CLAWDFORGE_UNSTATED_COST_USD",
          "CLAWDFORGE_MAX_WAITING_PROMPT_BYTES",
          "CLAWDFORGE_DRAIN_SECS",
          "CLAWDFORGE_URL",
          "CLAWDFORGE_TOKEN",
          "CLAWDFORGE_ADMIN_TOKEN",
          // For the launcher.
          "CLAWDFORGE_JAVA_OPTIONS",
          "CLAWDFORGE_CLASS_CACHE",
          // Agents get this one; it is set when an agent starts a server.
          "CLAWDFORGE_AGENT_RUN");

  public GatewayConfig {
    environment = Map.copyOf(environment);
  }

  /** Reads all settings; throws {@link ConfigException} at the first mistake. */
  public static GatewayConfig from(Map<String, String> environment) {
    refuseUnknown(environment);
    checkLog(environment);
    Variables read = new Variables(environment);
    AgentConfig agents = AgentConfig.from(read);
    return new GatewayConfig(
        ServerConfig.from(read),
        StorageConfig.from(read),
        agents,
        LimitsConfig.from(read, agents.configured().keySet()),
        environment);
  }

  // The log was started before, and ignored mistakes in its settings.
  private static void checkLog(Map<String, String> environment) {
    try {
      LogSettings unused = LogSettings.from(environment);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  private static void refuseUnknown(Map<String, String> environment) {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
        throw new ConfigException(
            name + " is not a setting of this version; .env.example lists all there are");
      }
    }
  }

  /** Shows nothing of the environment, which holds secrets. */
  @Override
  public String toString() {
    return "GatewayConfig[" + server.host() + ":" + server.port() + ", " + storage.dataDir() + "]";
  }
}
