/**
 * What the gateway does, in numbers for Prometheus. Begins with {@link
 * com.clawdforge.http.metrics.GatewayMetrics}; nothing else of the gateway knows Micrometer.
 */
@NullMarked
package com.clawdforge.http.metrics;

import org.jspecify.annotations.NullMarked;
