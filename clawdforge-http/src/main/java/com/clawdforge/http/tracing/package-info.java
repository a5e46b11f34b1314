/**
 * OpenTelemetry traces of requests, of the wait for a place and of agents' work. Entry type is
 * {@link com.clawdforge.http.tracing.Tracing}. No other package knows OpenTelemetry, and its
 * classes are loaded only if {@link com.clawdforge.http.tracing.TraceSettings} enable traces.
 */
@NullMarked
package com.clawdforge.http.tracing;

import org.jspecify.annotations.NullMarked;
