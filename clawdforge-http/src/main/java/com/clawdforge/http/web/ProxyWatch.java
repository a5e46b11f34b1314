package com.clawdforge.http.web;

import com.clawdforge.core.auth.Gate;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises requests that a proxy on this machine passed on without being trusted to name the
 * caller. Each of them appears to come from loopback, which may do more than others.
 */
final class ProxyWatch {
  private static final Logger log = LoggerFactory.getLogger(ProxyWatch.class);
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final List<String> PROXIED =
      List.of(
          FORWARDED_FOR,
          "Forwarded",
          "Via",
          "X-Real-IP",
          "X-Forwarded-Proto",
          "X-Forwarded-Host",
          "CF-Connecting-IP");

  private final Gate gate;
  private final boolean refusing;
  private final AtomicBoolean told = new AtomicBoolean();

  ProxyWatch(Gate gate, boolean refusing) {
    this.gate = gate;
    this.refusing = refusing;
  }

  /**
   * Whether the address of an admitted request is the caller's own, as far as is known.
   *
   * @throws com.clawdforge.core.error.Refusal if it is not, and all such requests are refused
   */
  boolean isCertain(HttpServletRequest request, InetAddress caller) {
    InetAddress peer = Peer.of(request).address();
    boolean hidden =
        peer.isLoopbackAddress()
            && caller.isLoopbackAddress()
            && PROXIED.stream().anyMatch(name -> request.getHeader(name) != null)
            && !(gate.trusts(peer) && request.getHeader(FORWARDED_FOR) != null);
    if (!hidden) {
      return true;
    }
    if (!told.getAndSet(true)) {
      log.warn(
          "a proxy on this machine passes requests on, and everybody behind it counts as loopback:"
              + " set CLAWDFORGE_TRUSTED_PROXIES to its address, such as 127.0.0.1, or"
              + " CLAWDFORGE_UNTRUSTED_PROXY=refuse; until then /admin, tokens with ip_cidrs and"
              + " CLAWDFORGE_METRICS_CIDRS are refused there");
    }
    if (refusing) {
      throw Gate.untrustedProxy();
    }
    return false;
  }
}
