package com.clawdforge.http.web.limit;

import java.net.InetAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs connections from addresses that may not call, once a minute at most. Safe for any thread.
 */
final class StrangerLog {
  private static final Logger log = LoggerFactory.getLogger(StrangerLog.class);
  private static final Duration QUIET = Duration.ofMinutes(1);

  private long untold;
  private boolean told;
  private long toldAt;

  synchronized void came(InetAddress from) {
    untold++;
    long now = System.nanoTime();
    if (!told || now - toldAt >= QUIET.toNanos()) {
      log.warn(
          "closed {} connections from addresses that may not call, the last from {}; see"
              + " ALLOW_CIDRS and CLAWDFORGE_TRUSTED_PROXIES",
          untold,
          from.getHostAddress());
      told = true;
      toldAt = now;
      untold = 0;
    }
  }
}
