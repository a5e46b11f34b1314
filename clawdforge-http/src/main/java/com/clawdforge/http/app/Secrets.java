package com.clawdforge.http.app;

import com.clawdforge.acpx.AgentEnvironment;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Knows what must not be written down. */
final class Secrets {
  // Agents never get them, so that their environment does not know them.
  private static final List<String> OURS =
      List.of(
          "ADMIN_BOOTSTRAP_TOKEN",
          "CLAWDFORGE_TOKEN",
          "CLAWDFORGE_ADMIN_TOKEN",
          "OTEL_EXPORTER_OTLP_HEADERS",
          "OTEL_EXPORTER_OTLP_TRACES_HEADERS");
  private static final int SHORTEST = 6;

  private Secrets() {}

  /**
   * Replaces every secret of an environment, the server's and the agents', and whatever looks like
   * a bearer or a provider's key.
   */
  static UnaryOperator<String> mask(Map<String, String> environment) {
    AgentEnvironment agents =
        AgentEnvironment.from(environment, new Variables(environment).list("CLAWDFORGE_AGENT_ENV"));
    List<String> ours =
        OURS.stream()
            .map(name -> environment.getOrDefault(name, "").strip())
            .filter(value -> value.length() >= SHORTEST)
            .toList();
    return text -> {
      String masked = text;
      for (String secret : ours) {
        masked = masked.replace(secret, "***");
      }
      return agents.masked(masked);
    };
  }
}
