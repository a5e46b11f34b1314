package com.clawdforge.acpx.program;

import com.clawdforge.acpx.isolation.Connections;
import com.clawdforge.core.model.ModelAccess;
import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  private static final List<String> NO_PROXY = List.of("NO_PROXY", "no_proxy");
  private static final String LOOPBACK = "127.0.0.1,localhost,::1";

  /** The credentials that the way through the server can add, by the variables of claude's. */
  private static final List<String> ADDED_ON_THE_WAY =
      List.of("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN");

  /** Stands where claude only looks whether there is a credential. */
  private static final String PLACEHOLDER = "held-by-the-server";

  private static final String BASE_URL = "ANTHROPIC_BASE_URL";

  /**
   * Claude leaves some of its features out where the address is not its provider's own, which a way
   * to the provider's own address need not do without.
   */
  private static final String AS_PROVIDERS_OWN = "_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL";

  /** Variables that name an address to which an agent connects. */
  private static final List<String> ADDRESSES =
      List.of(
          BASE_URL,
          "ANTHROPIC_BEDROCK_BASE_URL",
          "ANTHROPIC_VERTEX_BASE_URL",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy");

  private static final List<String> OTHER_PROVIDERS =
      List.of("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX");

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private static final String PROVIDERS_OWN = "api.anthropic.com";

  private final Map<String, String> passed;
  private final Set<String> named;
  private final Set<String> secrets;
  private final SecretMask mask;
  private final @Nullable ModelAccess way;
  private final @Nullable ModelAccess wayOfCodex;

  /**
   * @param named the variables that the operator has named
   */
  private AgentEnvironment(
      Map<String, String> passed,
      Set<String> named,
      Set<String> secrets,
      @Nullable ModelAccess way,
      @Nullable ModelAccess wayOfCodex) {
    this.wayOfCodex = wayOfCodex;
    this.passed = Map.copyOf(passed);
    this.named = named;
    this.secrets = Set.copyOf(secrets);
    this.mask = SecretMask.of(secrets);
    this.way = way;
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
    return new AgentEnvironment(passed, Set.copyOf(more), secrets, null, null);
  }

  /**
   * The same, where claude's processes get the secrets of grants in the place of credentials. The
   * way must add a credential for each of the variables that are set.
   */
  public AgentEnvironment through(ModelAccess way) {
    return new AgentEnvironment(passed, named, secrets, way, wayOfCodex);
  }

  /** The same for the processes of codex, whose credential is {@code OPENAI_API_KEY}. */
  public AgentEnvironment codexThrough(ModelAccess way) {
    return new AgentEnvironment(passed, named, secrets, this.way, way);
  }

  /** The same, with further values that are secrets. */
  public AgentEnvironment withSecrets(Collection<String> more) {
    Set<String> all = new HashSet<>(secrets);
    all.addAll(more);
    return new AgentEnvironment(passed, named, all, way, wayOfCodex);
  }

  /** A copy of the variables, which the caller may change. */
  public Map<String, String> variables() {
    return new LinkedHashMap<>(passed);
  }

  /**
   * A copy of the variables for claude's processes, which the caller may change. Where there is a
   * way through the server it has no credential of any provider that the operator has not named,
   * but says that there is one.
   */
  public Map<String, String> withoutLogin() {
    Map<String, String> variables = variables();
    if (way != null) {
      withoutSecrets(variables);
      added().forEach(name -> variables.put(name, PLACEHOLDER));
    }
    return variables;
  }

  // But for those that the operator has named.
  private void withoutSecrets(Map<String, String> variables) {
    SECRETS.stream().filter(name -> !named.contains(name)).forEach(variables::remove);
  }

  /**
   * A copy of the variables for codex's processes that have a login of their own: no credential of
   * any provider that the operator has not named is among them.
   */
  public Map<String, String> withoutCodexLogin() {
    Map<String, String> variables = variables();
    if (wayOfCodex != null) {
      withoutSecrets(variables);
    }
    return variables;
  }

  /**
   * Opens the login of one of codex's processes, whose variables name the address of its provider,
   * {@code OPENAI_BASE_URL}, and the key for it, {@code OPENAI_API_KEY}. The caller closes it when
   * none of them is left.
   *
   * @throws AgentLogin.NoWay if the way through the server cannot be opened
   */
  public AgentLogin codexLogin(ModelUser user) throws AgentLogin.NoWay {
    if (wayOfCodex == null) {
      return AgentLogin.NONE;
    }
    ModelGrant grant = open(wayOfCodex, user);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("OPENAI_API_KEY", grant.secret());
    variables.put("OPENAI_BASE_URL", grant.baseUrl() + "/v1");
    return new AgentLogin(grant, offTheProxy(variables));
  }

  private static ModelGrant open(ModelAccess way, ModelUser user) throws AgentLogin.NoWay {
    try {
      return way.open(user);
    } catch (IOException e) {
      throw new AgentLogin.NoWay(e);
    }
  }

  private Map<String, String> offTheProxy(Map<String, String> variables) {
    for (String name : NO_PROXY) {
      @Nullable String theirs = passed.get(name);
      variables.put(name, theirs == null ? LOOPBACK : theirs + "," + LOOPBACK);
    }
    return variables;
  }

  /**
   * Opens the login of one of claude's processes. The caller closes it when none of them is left.
   *
   * @throws AgentLogin.NoWay if the way through the server cannot be opened
   */
  public AgentLogin login(ModelUser user) throws AgentLogin.NoWay {
    if (way == null) {
      return AgentLogin.NONE;
    }
    ModelGrant grant = open(way, user);
    Map<String, String> variables = new LinkedHashMap<>();
    added().forEach(name -> variables.put(name, grant.secret()));
    variables.put(BASE_URL, grant.baseUrl().toString());
    if (isProvidersOwn(passed.get(BASE_URL))) {
      variables.put(AS_PROVIDERS_OWN, "1");
    }
    return new AgentLogin(grant, offTheProxy(variables));
  }

  /**
   * The connections that claude's processes need for their model: to the server's own way, or else
   * to the usual port of providers and those that the variables name, and to find their hosts.
   *
   * @throws IOException if the way through the server cannot be opened
   */
  Connections toModel() throws IOException {
    if (way != null) {
      return new Connections(Set.of(way.port()), false);
    }
    Set<Integer> ports = new HashSet<>(Set.of(HTTPS));
    ADDRESSES.forEach(name -> port(passed.get(name)).ifPresent(ports::add));
    if (OTHER_PROVIDERS.stream().anyMatch(passed::containsKey)) {
      // Their credentials come from services of the machine's own.
      ports.add(HTTP);
    }
    return new Connections(ports, true);
  }

  private static Optional<Integer> port(@Nullable String url) {
    try {
      URI address = URI.create(url == null ? "" : url.strip());
      if (address.getPort() > 0) {
        return Optional.of(address.getPort());
      }
      return "http".equalsIgnoreCase(address.getScheme()) ? Optional.of(HTTP) : Optional.empty();
    } catch (IllegalArgumentException notAUrl) {
      return Optional.empty();
    }
  }

  /** Whether the way to the model is through the server. */
  public boolean isThroughServer() {
    return way != null;
  }

  // Those that are set.
  private List<String> added() {
    return ADDED_ON_THE_WAY.stream()
        .filter(name -> !passed.getOrDefault(name, "").isBlank())
        .toList();
  }

  private static boolean isProvidersOwn(@Nullable String url) {
    return url == null || url.isBlank() || PROVIDERS_OWN.equals(host(url));
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
    @Nullable String baseUrl = passed.get(BASE_URL);
    if (baseUrl == null || !isLoopback(baseUrl)) {
      return;
    }
    for (String name : NO_PROXY) {
      passed.merge(name, LOOPBACK, (theirs, ours) -> theirs + "," + ours);
    }
  }

  private static boolean isLoopback(String url) {
    return Arrays.asList("localhost", "127.0.0.1", "[::1]").contains(host(url));
  }

  // Empty if it has none, or is no address.
  private static String host(String url) {
    try {
      @Nullable String host = URI.create(url.strip()).getHost();
      return host == null ? "" : host.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException notAUrl) {
      return "";
    }
  }
}
