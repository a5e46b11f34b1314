/**
 * Metrics of the gateway for Prometheus. Entry type is {@link
 * com.clawdforge.http.metrics.GatewayMetrics}. No other package knows Micrometer.
 */
@NullMarked
package com.clawdforge.http.metrics;

import org.jspecify.annotations.NullMarked;
