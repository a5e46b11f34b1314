package com.clawdforge.http.metrics;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts runs and turns, and measures how long they wait and run. */
final class WorkMeters implements WorkObserver {
  private static final int MOST_MODELS = 32;
  private static final String NO_ERROR = "none";
  private static final String NO_STATUS = "none";

  private final MeterRegistry registry;
  private final RefusalMeters refusals;
  private final ModelNames models = new ModelNames(MOST_MODELS);

  WorkMeters(MeterRegistry registry) {
    this.registry = registry;
    this.refusals = new RefusalMeters(registry);
  }

  @Override
  public Watch accepted(Accepted work) {
    return new Stopwatch(work);
  }

  private void repeated(ProviderRetry retry) {
    Counter.builder("clawdforge.provider.retries")
        .description("Requests to the model's provider that agents repeated; at most 32 a piece")
        .tag("status", retry.status() == 0 ? NO_STATUS : Integer.toString(retry.status()))
        .register(registry)
        .increment();
  }

  private final class Stopwatch implements Watch {
    private final Accepted work;
    private final String kind;
    private final long acceptedAt = now();
    // Set before the agent starts; the agent's thread reads it.
    private volatile long startedAt;
    private volatile boolean started;

    private Stopwatch(Accepted work) {
      this.work = work;
      this.kind = work.kind().wire();
    }

    @Override
    public void started() {
      startedAt = now();
      started = true;
      waited(startedAt - acceptedAt);
    }

    @Override
    public void firstEvent() {
      Buckets.work(
              registry,
              "clawdforge.work.first.event",
              "From asking the agent to its first message",
              "kind",
              kind,
              "agent",
              work.agent())
          .record(now() - startedAt, TimeUnit.NANOSECONDS);
    }

    @Override
    public void ended(Ended end) {
      long endedAt = now();
      String outcome = end.state().wire();
      if (started) {
        Buckets.work(
                registry,
                "clawdforge.work.duration",
                "From asking the agent to the recorded end",
                "kind",
                kind,
                "agent",
                work.agent(),
                "outcome",
                outcome)
            .record(endedAt - startedAt, TimeUnit.NANOSECONDS);
      } else {
        waited(endedAt - acceptedAt);
        refused(end.error());
      }
      String model = model(end);
      Counter.builder("clawdforge.work.ended")
          .description("Runs and turns that are over")
          .tags("kind", kind, "agent", work.agent(), "model", model, "outcome", outcome)
          .tag("error", end.error() == null ? NO_ERROR : end.error().wire())
          .register(registry)
          .increment();
      spent(end.report(), model);
      end.report().details().retries().forEach(WorkMeters.this::repeated);
      if (end.contextLost()) {
        Counter.builder("clawdforge.context.lost")
            .description("Turns whose agent came back without the conversation")
            .tag("agent", work.agent())
            .register(registry)
            .increment();
      }
    }

    // Its request was accepted, so that no answer counts it.
    private void refused(@Nullable ErrorCode why) {
      if (why == ErrorCode.QUOTA_EXCEEDED || why == ErrorCode.BUDGET_EXHAUSTED) {
        refusals.count(why);
      }
    }

    private void waited(long nanos) {
      Buckets.work(
              registry,
              "clawdforge.work.queue",
              "From acceptance to asking the agent, or to the end of what never got there",
              "kind",
              kind)
          .record(nanos, TimeUnit.NANOSECONDS);
    }

    private String model(Ended end) {
      String answering = end.report().model();
      return models.label(
          answering == null ? work.model() : answering, end.state() == WorkState.COMPLETED);
    }

    private void spent(AgentReport report, String model) {
      Usage usage = report.usage();
      if (usage != null) {
        tokens("input", model, usage.inputTokens());
        tokens("output", model, usage.outputTokens());
        tokens("cache_read", model, usage.cacheReadInputTokens());
        tokens("cache_creation", model, usage.cacheCreationInputTokens());
      }
      if (report.costUsd() != null) {
        Counter.builder("clawdforge.cost.usd")
            .description("US dollars, by the agents' own estimates")
            .tags("kind", kind, "agent", work.agent(), "model", model)
            .register(registry)
            .increment(report.costUsd().doubleValue());
      }
    }

    private void tokens(String type, String model, long count) {
      Counter.builder("clawdforge.tokens")
          .description("Tokens, by the agents' own count")
          .tags("kind", kind, "agent", work.agent(), "model", model, "type", type)
          .register(registry)
          .increment((double) count);
    }

    private long now() {
      return registry.config().clock().monotonicTime();
    }
  }
}
