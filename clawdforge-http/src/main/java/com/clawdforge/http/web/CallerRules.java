package com.clawdforge.http.web;

import java.util.List;

/**
 * Whom the server answers, besides the checks of address and bearer.
 *
 * @param allowedHosts the {@code Host} values that it accepts in addition to {@code localhost} and
 *     loopback addresses; empty for any
 * @param corsOrigins origins whose pages may read answers, {@code *} for all; empty for none
 * @param refuseUntrustedProxies whether all requests are refused that a proxy on this machine
 *     passed on and that is not trusted to name the caller; otherwise only those for which the
 *     address matters
 */
public record CallerRules(
    List<String> allowedHosts, List<String> corsOrigins, boolean refuseUntrustedProxies) {
  public CallerRules {
    allowedHosts = List.copyOf(allowedHosts);
    corsOrigins = List.copyOf(corsOrigins);
  }
}
