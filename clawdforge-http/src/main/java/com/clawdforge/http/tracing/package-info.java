/**
 * Traces of requests, of the wait for a place and of agents' work, for OpenTelemetry. Begins with
 * {@link com.clawdforge.http.tracing.Tracing}; nothing else of the gateway knows OpenTelemetry, and
 * none of its classes is loaded unless {@link com.clawdforge.http.tracing.TraceSettings} say so.
 */
@NullMarked
package com.clawdforge.http.tracing;

import org.jspecify.annotations.NullMarked;
