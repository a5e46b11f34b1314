package com.clawdforge.http.app.config;

import com.clawdforge.core.auth.AddressPolicy;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.Cidr;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens, and whom it lets in.
 *
 * @param adminSecret null while administration is off
 * @param allowedHosts names that clients may use in addition to those of loopback; empty for any
 * @param scrapers addresses from which metrics may be read without the administrator's bearer
 * @param drain how long running work may go on when the server stops
 */
public record ServerConfig(
    String host,
    int port,
    List<String> allowedHosts,
    AddressPolicy addresses,
    List<Cidr> scrapers,
    @Nullable BearerToken adminSecret,
    Duration drain) {
  static final String ADMIN_SECRET = "ADMIN_BOOTSTRAP_TOKEN";
  private static final int SHORTEST_ADMIN_SECRET = 16;

  public ServerConfig {
    allowedHosts = List.copyOf(allowedHosts);
    scrapers = List.copyOf(scrapers);
  }

  static ServerConfig from(Variables read) {
    String host = read.text("CLAWDFORGE_HOST", "127.0.0.1");
    return new ServerConfig(
        host,
        read.number("CLAWDFORGE_PORT", 8800, 0, 65535),
        allowedHosts(read, host),
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

  // A server on loopback has no other name. A web page whose own name was pointed there (DNS
  // rebinding) could otherwise read what needs no bearer.
  private static List<String> allowedHosts(Variables read, String host) {
    List<String> chosen = read.list("CLAWDFORGE_ALLOWED_HOSTS");
    return chosen.isEmpty() && isLoopback(host) ? List.of("localhost") : chosen;
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
