package com.clawdforge.http.app.config;

import com.clawdforge.modelproxy.Upstream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How agents reach their model: through the server, which adds its credential, or directly with
 * that credential.
 *
 * @param upstream where the server sends their requests; empty if they ask directly
 * @param why why they ask directly; empty if they do not
 * @param exposed whether they ask directly with a credential of the server's environment, and
 *     nobody has said that they shall
 */
public record ModelWay(Optional<Upstream> upstream, String why, boolean exposed) {
  private static final String CUSTOM_HEADERS = "ANTHROPIC_CUSTOM_HEADERS";
  private static final String BASE_URL = "ANTHROPIC_BASE_URL";
  private static final String PROVIDERS_OWN = "https://api.anthropic.com";
  private static final String OPENAI_KEY = "OPENAI_API_KEY";
  private static final String OPENAI_BASE_URL = "OPENAI_BASE_URL";
  private static final String OPENAIS_OWN = "https://api.openai.com/v1";
  private static final String VERSION = "/v1";
  private static final List<String> OTHER_PROVIDERS =
      List.of("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX");
  private static final List<String> PROXIES =
      List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");
  private static final List<String> CERTIFICATES =
      List.of("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR");

  /** One header a line. */
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "^[ \\t]*(?:authorization|x-api-key)[ \\t]*:",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  /** Whether the server may be on the way. */
  public enum Wish {
    /** Where its environment has the credential, and nothing speaks against it. */
    AUTO,
    /** Through the server, or it does not start. */
    ON,
    OFF
  }

  /** What the settings and the server's environment make of it for claude. */
  public static ModelWay of(GatewayConfig config) {
    if (config.agents().modelProxy() == Wish.OFF) {
      return off();
    }
    return of(new Variables(config.environment()), config.agents().variables());
  }

  private static ModelWay of(Variables read, List<String> variables) {
    @Nullable String key = read.text("ANTHROPIC_API_KEY");
    @Nullable String bearer =
        read.text("ANTHROPIC_AUTH_TOKEN", read.text("CLAUDE_CODE_OAUTH_TOKEN", ""));
    for (String name : OTHER_PROVIDERS) {
      if (isOn(read.text(name))) {
        return new ModelWay(
            Optional.empty(),
            name + " is set, whose requests the agent signs itself",
            key != null || !bearer.isEmpty());
      }
    }
    if (key == null && bearer.isEmpty()) {
      return new ModelWay(
          Optional.empty(),
          "a login that is not in the server's environment is claude's to renew",
          false);
    }
    if (variables.contains(CUSTOM_HEADERS)
        && CREDENTIAL.matcher(read.text(CUSTOM_HEADERS, "")).find()) {
      return direct(CUSTOM_HEADERS + " has a credential, which the server would drop");
    }
    return to(
        read,
        BASE_URL,
        () ->
            new Upstream(
                URI.create(read.text(BASE_URL, PROVIDERS_OWN)),
                key,
                bearer.isEmpty() ? null : bearer));
  }

  /**
   * The same for sessions of codex. One that has a login of its own, or whose configuration names a
   * provider, goes its own way all the same.
   */
  public static ModelWay ofCodex(GatewayConfig config) {
    Variables read = new Variables(config.environment());
    @Nullable String key = read.text(OPENAI_KEY);
    if (key == null) {
      return new ModelWay(Optional.empty(), OPENAI_KEY + " is not set", false);
    }
    if (!config.limits().sessions().agents().contains("codex")
        || !config.agents().isDirect("codex")) {
      return new ModelWay(Optional.empty(), "no sessions of codex are on its adapter", false);
    }
    if (config.agents().modelProxy() == Wish.OFF) {
      return off();
    }
    return to(read, OPENAI_BASE_URL, () -> new Upstream(openAi(read), null, key));
  }

  // The version is part of each request's path.
  private static URI openAi(Variables read) {
    String address = read.text(OPENAI_BASE_URL, OPENAIS_OWN).replaceFirst("/+$", "");
    if (!address.endsWith(VERSION)) {
      throw new IllegalArgumentException("another version of the API");
    }
    return URI.create(address.substring(0, address.length() - VERSION.length()));
  }

  private static ModelWay off() {
    return new ModelWay(Optional.empty(), "CLAWDFORGE_MODEL_PROXY turns it off", false);
  }

  private static ModelWay to(Variables read, String address, Supplier<Upstream> made) {
    Upstream upstream;
    try {
      upstream = made.get();
    } catch (IllegalArgumentException e) {
      return direct(address + " is of an unusual form");
    }
    URI url = upstream.url();
    if (!LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT))) {
      for (String name : PROXIES) {
        if (read.text(name) != null) {
          return direct(name + " is set, which the server itself does not use");
        }
      }
    }
    if (url.getScheme().equalsIgnoreCase("https")) {
      for (String name : CERTIFICATES) {
        if (read.text(name) != null) {
          return direct(name + " is set, which the server itself does not read");
        }
      }
    }
    return new ModelWay(Optional.of(upstream), "", false);
  }

  private static ModelWay direct(String why) {
    return new ModelWay(Optional.empty(), why, true);
  }

  private static boolean isOn(@Nullable String value) {
    return value != null && !value.equals("0") && !value.equals("false");
  }
}
