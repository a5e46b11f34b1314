package com.clawdforge.http.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TraceSettingsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @Test
  void traces_are_on_once_an_endpoint_is_set() {
    assertFalse(TraceSettings.wanted(Map.of()));
    assertFalse(TraceSettings.wanted(Map.of(ENDPOINT, " ", "OTEL_SERVICE_NAME", "forge")));
    assertTrue(TraceSettings.wanted(Map.of(ENDPOINT, "http://127.0.0.1:4318")));
    assertTrue(TraceSettings.wanted(Map.of("OTEL_TRACES_EXPORTER", "otlp")));
  }

  @Test
  void they_can_be_turned_off_all_the_same() {
    assertFalse(
        TraceSettings.wanted(Map.of(ENDPOINT, "http://127.0.0.1", "OTEL_SDK_DISABLED", "true")));
    assertFalse(
        TraceSettings.wanted(Map.of(ENDPOINT, "http://127.0.0.1", "OTEL_TRACES_EXPORTER", "none")));
  }

  @Test
  void variables_become_the_sdks_properties_over_our_defaults() {
    Map<String, String> properties =
        TraceSettings.properties(
            Map.of(
                "OTEL_SERVICE_NAME", "forge",
                "OTEL_METRICS_EXPORTER", "otlp",
                "ANTHROPIC_API_KEY", "dummy"));

    assertEquals("forge", properties.get("otel.service.name"));
    assertEquals("http/protobuf", properties.get("otel.exporter.otlp.protocol"));
    assertEquals("none", properties.get("otel.metrics.exporter"));
    assertFalse(properties.containsValue("dummy"));
  }

  @Test
  void an_unknown_exporter_is_reported_to_the_operator() {
    IllegalArgumentException mistake =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Tracing(Map.of("OTEL_TRACES_EXPORTER", "zipkin"), "1"));

    assertTrue(
        String.valueOf(mistake.getMessage())
            .startsWith("traces cannot be sent as the OTEL_ variables say: "),
        mistake::toString);
  }

  @Test
  void the_provider_is_the_one_that_claude_is_configured_to_use() {
    assertEquals("anthropic", new ProviderNames(Map.of()).of("claude"));
    assertEquals(
        "aws.bedrock", new ProviderNames(Map.of("CLAUDE_CODE_USE_BEDROCK", "1")).of("claude"));
    assertEquals(
        "gcp.vertex_ai", new ProviderNames(Map.of("CLAUDE_CODE_USE_VERTEX", "true")).of("claude"));
    assertEquals("openai", new ProviderNames(Map.of()).of("codex"));
    assertEquals("amp", new ProviderNames(Map.of()).of("amp"));
  }
}
