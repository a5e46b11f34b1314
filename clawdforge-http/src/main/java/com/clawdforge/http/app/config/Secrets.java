package com.clawdforge.http.app.config;

import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.SecretMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The secrets that logs must not contain. */
public final class Secrets {
  // Agents never get these, so AgentEnvironment does not list them.
  private static final List<String> OURS = List.of("CLAWDFORGE_TOKEN", "CLAWDFORGE_ADMIN_TOKEN");
  private static final List<String> HEADERS =
      List.of("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS");

  private Secrets() {}

  /**
   * Masks every secret of an environment, the server's and the agents', and everything that looks
   * like a bearer or a provider's key.
   */
  public static UnaryOperator<String> mask(Map<String, String> environment) {
    Variables read = new Variables(environment);
    List<String> secrets =
        new ArrayList<>(
            AgentEnvironment.from(environment, read.list("CLAWDFORGE_AGENT_ENV")).secrets());
    OURS.forEach(name -> add(secrets, read.text(name)));
    add(secrets, adminSecret(read));
    for (String name : HEADERS) {
      // A message may quote one header without the others.
      for (String header : read.list(name)) {
        add(secrets, header.substring(header.indexOf('=') + 1));
      }
    }
    return SecretMask.of(secrets)::masked;
  }

  // A mistake in it stops the start a moment later, with its own message.
  private static @Nullable String adminSecret(Variables read) {
    try {
      return read.textOrItsFile(ServerConfig.ADMIN_SECRET);
    } catch (ConfigException mistake) {
      return read.text(ServerConfig.ADMIN_SECRET);
    }
  }

  private static void add(List<String> secrets, @Nullable String secret) {
    if (secret != null) {
      secrets.add(secret.strip());
    }
  }
}
