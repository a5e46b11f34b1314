package com.clawdforge.acpx.program;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment of agents: the variables that they need, by name, and no others. The server's own
 * settings and secrets are not passed on, whatever their names (agent-facts.md, section 7).
 */
public final class AgentEnvironment {
  private static final Set<String> PASSED =
      Set.of(
          "HOME",
          "PATH",
          "TMPDIR",
          "USER",
          "LANG",
          "LANGUAGE",
          "TZ",
          "IS_SANDBOX",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy",
          "no_proxy",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "NODE_EXTRA_CA_CERTS",
          "AWS_CA_BUNDLE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE");

  private static final Set<String> SECRETS =
      Set.of(
          "ANTHROPIC_API_KEY",
          "ANTHROPIC_AUTH_TOKEN",
          "CLAUDE_CODE_OAUTH_TOKEN",
          "OPENAI_API_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_BEARER_TOKEN_BEDROCK",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN");

  private static final Set<String> PROVIDERS =
      Set.of(
          "ANTHROPIC_BASE_URL",
          "ANTHROPIC_BEDROCK_BASE_URL",
          "ANTHROPIC_VERTEX_BASE_URL",
          "ANTHROPIC_VERTEX_PROJECT_ID",
          "AWS_CONFIG_FILE",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
          "AWS_DEFAULT_REGION",
          "AWS_PROFILE",
          "AWS_REGION",
          "AWS_ROLE_ARN",
          "AWS_ROLE_SESSION_NAME",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
          "CLAUDE_CODE_SKIP_VERTEX_AUTH",
          "CLAUDE_CODE_USE_BEDROCK",
          "CLAUDE_CODE_USE_VERTEX",
          "CLOUD_ML_REGION",
          "GOOGLE_APPLICATION_CREDENTIALS",
          "GOOGLE_CLOUD_PROJECT");

  /** With one of these, no file of a login is used. */
  private static final List<String> LOGINS =
      List.of(
          "ANTHROPIC_API_KEY",
          "ANTHROPIC_AUTH_TOKEN",
          "CLAUDE_CODE_OAUTH_TOKEN",
          "CLAUDE_CODE_USE_BEDROCK",
          "CLAUDE_CODE_USE_VERTEX");

  // VERTEX_REGION_CLAUDE_… is one variable per model.
  private static final List<String> PASSED_PREFIXES = List.of("LC_", "VERTEX_REGION_");

  private static final String LOOPBACK = "127.0.0.1,localhost,::1";

  private final Map<String, String> passed;
  private final Set<String> secrets;
  private final SecretMask mask;

  private AgentEnvironment(Map<String, String> passed, Set<String> secrets) {
    this.passed = Map.copyOf(passed);
    this.secrets = Set.copyOf(secrets);
    this.mask = SecretMask.of(secrets);
  }

  /**
   * Selects the variables to pass on from a server's environment.
   *
   * @param more further names that the operator wants passed on; their values count as secrets
   */
  public static AgentEnvironment from(Map<String, String> server, Collection<String> more) {
    Map<String, String> passed = new LinkedHashMap<>();
    Set<String> secrets = new HashSet<>();
    server.forEach(
        (name, value) -> {
          boolean secret = SECRETS.contains(name) || more.contains(name);
          if (secret
              || PASSED.contains(name)
              || PROVIDERS.contains(name)
              || PASSED_PREFIXES.stream().anyMatch(name::startsWith)) {
            passed.put(name, value);
          }
          if (secret) {
            secrets.add(value);
          }
        });
    keepLoopbackOffTheProxy(passed);
    return new AgentEnvironment(passed, secrets);
  }

  /** The same, with further values that are secrets. */
  public AgentEnvironment withSecrets(Collection<String> more) {
    Set<String> all = new HashSet<>(secrets);
    all.addAll(more);
    return new AgentEnvironment(passed, all);
  }

  /** A copy of the variables, which the caller may change. */
  public Map<String, String> variables() {
    return new LinkedHashMap<>(passed);
  }

  /** The agents' home directory: that of the server's user unless {@code HOME} names another. */
  public Path home() {
    return Path.of(passed.getOrDefault("HOME", System.getProperty("user.home"))).toAbsolutePath();
  }

  /** Whether claude's login is here, so that no file of one is used. */
  public boolean hasLogin() {
    return LOGINS.stream().anyMatch(name -> !passed.getOrDefault(name, "").isBlank());
  }

  /** The values that are secrets. */
  public Set<String> secrets() {
    return secrets;
  }

  /** Replaces every secret of this environment, and everything that looks like a credential. */
  public String masked(String text) {
    return mask.masked(text);
  }

  // Without this the CLI would send even loopback traffic through a proxy.
  private static void keepLoopbackOffTheProxy(Map<String, String> passed) {
    @Nullable String baseUrl = passed.get("ANTHROPIC_BASE_URL");
    if (baseUrl == null || !isLoopback(baseUrl)) {
      return;
    }
    for (String name : List.of("NO_PROXY", "no_proxy")) {
      passed.merge(name, LOOPBACK, (theirs, ours) -> theirs + "," + ours);
    }
  }

  private static boolean isLoopback(String url) {
    try {
      @Nullable String host = URI.create(url).getHost();
      return host != null
          && Arrays.asList("localhost", "127.0.0.1", "[::1]")
              .contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException notAUrl) {
      return false;
    }
  }
}
