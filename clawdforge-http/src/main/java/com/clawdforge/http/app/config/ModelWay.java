package com.clawdforge.http.app.config;

import com.clawdforge.modelproxy.Upstream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How claude's agents reach their model: through the server, which adds its credential, or directly
 * with that credential.
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

  /** What the settings and the server's environment make of it. */
  public static ModelWay of(GatewayConfig config) {
    if (config.agents().modelProxy() == Wish.OFF) {
      return new ModelWay(Optional.empty(), "CLAWDFORGE_MODEL_PROXY turns it off", false);
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
    URI url;
    Upstream upstream;
    try {
      url = URI.create(read.text(BASE_URL, PROVIDERS_OWN));
      upstream = new Upstream(url, key, bearer.isEmpty() ? null : bearer);
    } catch (IllegalArgumentException e) {
      return direct(BASE_URL + " is of an unusual form");
    }
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
