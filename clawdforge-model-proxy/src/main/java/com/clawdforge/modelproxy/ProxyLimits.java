package com.clawdforge.modelproxy;

import java.time.Duration;

/**
 * What callers may take.
 *
 * @param stranger after how long without a byte a connection is closed that has shown no live
 *     secret
 * @param connections the most of them; where there are more, the oldest without a secret is closed
 */
record ProxyLimits(Duration stranger, int connections) {
  static final ProxyLimits USUAL = new ProxyLimits(Duration.ofSeconds(30), 1_024);
}
