package com.clawdforge.http.tracing;

import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.web.RequestObserver;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends traces to the endpoint that the environment names. Safe for any thread. */
public final class Tracing implements AutoCloseable {
  private static final Duration LAST_SPANS = Duration.ofSeconds(5);

  private final OpenTelemetrySdk sdk;
  private final RequestObserver requests;
  private final WorkObserver work;

  /**
   * Starts the SDK.
   *
   * @param environment the server's, with the {@code OTEL_} variables
   * @param version of the gateway
   * @throws IllegalArgumentException if the settings cannot be used; the message is for the
   *     operator
   */
  public Tracing(Map<String, String> environment, String version) {
    // The SDK logs through java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    try {
      sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesCustomizer(ignored -> TraceSettings.properties(environment))
              .addResourceCustomizer(
                  (resource, config) ->
                      resource.merge(
                          Resource.create(
                              Attributes.builder().put("service.version", version).build())))
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk();
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "traces cannot be sent as the OTEL_ variables say: " + e.getMessage(), e);
    }
    Tracer tracer = sdk.getTracer("com.clawdforge", version);
    requests = new RequestTracer(tracer, sdk.getPropagators().getTextMapPropagator());
    work = new WorkTracer(tracer, new ProviderNames(environment));
  }

  public RequestObserver requests() {
    return requests;
  }

  public WorkObserver work() {
    return work;
  }

  /** Sends the remaining spans, and waits up to 5 seconds for that. */
  @Override
  public void close() {
    var unused =
        sdk.getSdkTracerProvider().shutdown().join(LAST_SPANS.toMillis(), TimeUnit.MILLISECONDS);
  }
}
