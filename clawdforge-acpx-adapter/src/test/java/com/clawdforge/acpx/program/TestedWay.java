package com.clawdforge.acpx.program;

import com.clawdforge.core.model.ModelAccess;
import com.clawdforge.core.model.ModelWatch;
import com.clawdforge.modelproxy.Api;
import com.clawdforge.modelproxy.ModelProxy;
import com.clawdforge.modelproxy.Upstream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets any test on the real agents be one whose agents reach their model through the server: with
 * {@code -Dclawdforge.tests.proxy=true}.
 */
public record TestedWay(AgentEnvironment environment, List<ModelAccess> ways)
    implements AutoCloseable {
  private static final boolean TESTED = Boolean.getBoolean("clawdforge.tests.proxy");

  /** As the property says, if the server has a credential that can be added. */
  public static TestedWay of(Map<String, String> server, AgentEnvironment environment) {
    return TESTED && environment.hasLogin()
        ? proxied(server, environment)
        : new TestedWay(environment, List.of());
  }

  /** Through the proxy. */
  public static TestedWay proxied(Map<String, String> server, AgentEnvironment environment) {
    ModelProxy proxy =
        new ModelProxy(
            new Upstream(
                URI.create(String.valueOf(server.get("ANTHROPIC_BASE_URL"))),
                first(server, "ANTHROPIC_API_KEY"),
                first(server, "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN")));
    @Nullable String key = first(server, "OPENAI_API_KEY");
    if (key == null) {
      return new TestedWay(environment.through(proxy), List.of(proxy));
    }
    ModelProxy ofCodex =
        new ModelProxy(
            new Upstream(URI.create(String.valueOf(server.get("ANTHROPIC_BASE_URL"))), null, key),
            Api.RESPONSES,
            ModelWatch.NONE);
    return new TestedWay(environment.through(proxy).codexThrough(ofCodex), List.of(proxy, ofCodex));
  }

  private static @Nullable String first(Map<String, String> server, String... names) {
    return Stream.of(names)
        .map(name -> server.getOrDefault(name, ""))
        .filter(value -> !value.isBlank())
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    ways.forEach(ModelAccess::close);
  }
}
