package com.clawdforge.http.app.config;

import com.clawdforge.core.auth.AddressPolicy;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.http.web.CallerRules;
import com.clawdforge.http.web.limit.DoorLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens, and whom it lets in.
 *
 * @param adminSecret null while administration is off
 * @param rules whom it answers, besides the checks of address and bearer
 * @param limits how much of the server each caller may take
 * @param scrapers addresses from which metrics may be read without the administrator's bearer
 * @param drain how long running work may go on when the server stops
 */
public record ServerConfig(
    String host,
    int port,
    CallerRules rules,
    DoorLimits limits,
    AddressPolicy addresses,
    List<Cidr> scrapers,
    @Nullable BearerToken adminSecret,
    Duration drain) {
  static final String ADMIN_SECRET = "ADMIN_BOOTSTRAP_TOKEN";
  private static final int SHORTEST_ADMIN_SECRET = 32;
  private static final String CORS_ORIGINS = "CLAWDFORGE_CORS_ORIGINS";
  private static final Pattern ORIGIN =
      Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9_.-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  public ServerConfig {
    scrapers = List.copyOf(scrapers);
  }

  static ServerConfig from(Variables read) {
    String host = read.text("CLAWDFORGE_HOST", "127.0.0.1");
    return new ServerConfig(
        host,
        read.number("CLAWDFORGE_PORT", 8800, 0, 65535),
        new CallerRules(
            allowedHosts(read, host),
            corsOrigins(read),
            read.oneOf("CLAWDFORGE_UNTRUSTED_PROXY", "warn", List.of("warn", "refuse"))
                .equals("refuse")),
        limits(read),
        new AddressPolicy(read.cidrs("ALLOW_CIDRS"), read.cidrs("CLAWDFORGE_TRUSTED_PROXIES")),
        read.cidrs("CLAWDFORGE_METRICS_CIDRS"),
        adminSecret(read),
        read.seconds("CLAWDFORGE_DRAIN_SECS", 30, 0, 3_600));
  }

  /**
   * Whether it listens to other machines and refuses every one of them, because no address may call
   * but loopback.
   */
  public boolean refusesAllOthers() {
    return !isLoopback(host) && addresses.allowed().isEmpty();
  }

  private static DoorLimits limits(Variables read) {
    DoorLimits usual = DoorLimits.DEFAULT;
    return new DoorLimits(
        read.number(
            "CLAWDFORGE_FAILED_LOGINS_PER_MINUTE", usual.failedLoginsPerMinute(), 0, 1_000_000),
        read.number("CLAWDFORGE_MAX_CONNECTIONS", usual.connections(), 16, 1_000_000),
        read.number(
            "CLAWDFORGE_MAX_CONNECTIONS_PER_ADDRESS", usual.connectionsPerAddress(), 1, 1_000_000),
        read.seconds("CLAWDFORGE_HEAD_SECS", usual.headTime().toSeconds(), 1, 3_600),
        read.number("CLAWDFORGE_MIN_BODY_RATE", usual.bodyBytesPerSecond(), 0, 1 << 30),
        usual.bodyGrace());
  }

  // A server on loopback has no other name. A web page whose own name was pointed there (DNS
  // rebinding) could otherwise read what needs no bearer.
  private static List<String> allowedHosts(Variables read, String host) {
    List<String> chosen = read.list("CLAWDFORGE_ALLOWED_HOSTS");
    return chosen.isEmpty() && isLoopback(host) ? List.of("localhost") : chosen;
  }

  private static List<String> corsOrigins(Variables read) {
    List<String> origins =
        read.list(CORS_ORIGINS).stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    if (origins.equals(List.of("*"))) {
      return origins;
    }
    for (String origin : origins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new ConfigException(
            CORS_ORIGINS
                + ": '"
                + origin
                + "' is not an origin such as https://app.example or http://localhost:3000, without"
                + " a path; * alone allows all");
      }
    }
    return origins;
  }

  /** Whether a host, a name or an address, is surely this machine. */
  public static boolean isLoopback(String host) {
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
}
