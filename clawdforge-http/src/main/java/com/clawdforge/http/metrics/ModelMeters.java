package com.clawdforge.http.metrics;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/**
 * Counts the requests to the model that the server passes on, with what the provider says that they
 * took. A model is a label once the provider has named it in an answer.
 */
final class ModelMeters implements ModelWatch {
  private static final int MOST_MODELS = 32;
  private static final int LOWEST_ERROR = 300;
  private static final String NONE = "none";

  private final MeterRegistry registry;
  private final ModelNames models = new ModelNames(MOST_MODELS);

  ModelMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void over(ModelRequest request) {
    boolean answered = request.status() > 0 && request.status() < LOWEST_ERROR;
    String model = request.model() == null ? NONE : models.label(request.model(), answered);
    Counter.builder("clawdforge.model.requests")
        .description("Requests of agents to their model on the way through the server")
        .tags("model", model, "outcome", request.outcome().name().toLowerCase(Locale.ROOT))
        .tag("status", request.status() == 0 ? NONE : Integer.toString(request.status()))
        .register(registry)
        .increment();
    if (answered && request.firstByte() != null) {
      Buckets.requests(
              registry,
              "clawdforge.model.first.byte",
              "From sending a request to the provider to the beginning of its answer",
              "model",
              model)
          .record(request.firstByte());
    }
    Usage usage = request.tokens().usage();
    tokens("input", model, usage.inputTokens());
    tokens("output", model, usage.outputTokens());
    tokens("cache_read", model, usage.cacheReadInputTokens());
    tokens("cache_creation", model, usage.cacheCreationInputTokens());
    if (request.costUsd().signum() > 0) {
      Counter.builder("clawdforge.model.cost.usd")
          .description("US dollars, by the provider's counts and list prices")
          .tag("model", model)
          .register(registry)
          .increment(request.costUsd().doubleValue());
    }
  }

  private void tokens(String type, String model, long count) {
    if (count > 0) {
      Counter.builder("clawdforge.model.tokens")
          .description("Tokens, by the provider's count")
          .tags("model", model, "type", type)
          .register(registry)
          .increment((double) count);
    }
  }
}
