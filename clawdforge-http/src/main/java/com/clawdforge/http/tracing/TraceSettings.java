package com.clawdforge.http.tracing;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings of traces, from OpenTelemetry's own variables. */
public final class TraceSettings {
  private static final String PREFIX = "OTEL_";
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
  private static final List<String> ASKING =
      List.of(EXPORTER, "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  private TraceSettings() {}

  /** Whether an exporter or an endpoint is set, and tracing is not disabled. */
  public static boolean wanted(Map<String, String> environment) {
    return !value(environment, "OTEL_SDK_DISABLED").equalsIgnoreCase("true")
        && !value(environment, EXPORTER).equalsIgnoreCase("none")
        && ASKING.stream().anyMatch(name -> !value(environment, name).isEmpty());
  }

  /** The variables as properties of the SDK, over our defaults. */
  static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    properties.put("otel.service.name", "clawdforge");
    // The SDK's default is gRPC, for which the jar has no client.
    properties.put("otel.exporter.otlp.protocol", "http/protobuf");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !value.isBlank()) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
          }
        });
    // Metrics are served at /metrics, and logs go to standard error.
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  private static String value(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip();
  }
}
