package com.clawdforge.http.tracing;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.work.WorkObserver;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two spans for each run and turn: the wait for a place, and the agent's work with the attributes
 * of the GenAI semantic conventions. They contain nothing of prompts and answers.
 */
final class WorkTracer implements WorkObserver {
  private static final String OPERATION = "invoke_agent";

  private final Tracer tracer;
  private final ProviderNames providers;

  WorkTracer(Tracer tracer, ProviderNames providers) {
    this.tracer = tracer;
    this.providers = providers;
  }

  @Override
  public Watch accepted(Accepted work) {
    return new Spans(work, Context.current());
  }

  private final class Spans implements Watch {
    private final Accepted work;
    private final Context request;
    private final Span queue;
    // Set before the agent starts; the agent's thread reads it.
    private volatile @Nullable Span agent;

    private Spans(Accepted work, Context request) {
      this.work = work;
      this.request = request;
      this.queue =
          tracer
              .spanBuilder("wait for a place")
              .setParent(request)
              .setAllAttributes(identity())
              .startSpan();
    }

    @Override
    public void started() {
      queue.end();
      agent =
          tracer
              .spanBuilder(OPERATION + " " + work.agent())
              .setParent(request)
              // The agent is another process.
              .setSpanKind(SpanKind.CLIENT)
              .setAllAttributes(invocation())
              .startSpan();
    }

    @Override
    public void firstEvent() {
      Span working = agent;
      if (working != null) {
        working.addEvent("first message");
      }
    }

    @Override
    public void ended(Ended end) {
      Span last = agent == null ? queue : agent;
      last.setAttribute(Names.OUTCOME, end.state().wire());
      if (end.error() != null) {
        last.setStatus(StatusCode.ERROR);
        last.setAttribute(Names.ERROR_TYPE, end.error().wire());
      }
      if (end.contextLost()) {
        last.setAttribute(Names.CONTEXT_LOST, true);
      }
      report(last, end.report());
      last.end();
    }

    private Attributes identity() {
      AttributesBuilder attributes =
          Attributes.builder()
              .put(Names.APP, work.appName())
              .put(Names.REQUEST_ID, work.requestId());
      switch (work.kind()) {
        case RUN -> attributes.put(Names.RUN, work.id());
        case TURN ->
            attributes.put(Names.SESSION, work.id()).put(Names.TURN, (long) work.turnIndex());
      }
      return attributes.build();
    }

    private Attributes invocation() {
      AttributesBuilder attributes =
          identity().toBuilder()
              .put(Names.OPERATION, OPERATION)
              .put(Names.PROVIDER, providers.of(work.agent()))
              .put(Names.AGENT, work.agent());
      if (work.model() != null) {
        attributes.put(Names.REQUEST_MODEL, work.model());
      }
      if (work.kind() == Kind.TURN) {
        attributes.put(Names.CONVERSATION, work.id());
      }
      return attributes.build();
    }

    private void report(Span span, AgentReport report) {
      if (report.model() != null) {
        span.setAttribute(Names.RESPONSE_MODEL, report.model());
      }
      if (report.stopReason() != null) {
        span.setAttribute(Names.FINISH_REASONS, List.of(report.stopReason()));
      }
      if (report.costUsd() != null) {
        span.setAttribute(Names.COST_USD, report.costUsd().doubleValue());
      }
      Usage usage = report.usage();
      if (usage != null) {
        span.setAttribute(Names.INPUT_TOKENS, input(usage));
        span.setAttribute(Names.OUTPUT_TOKENS, usage.outputTokens());
        span.setAttribute(Names.CACHE_READ, usage.cacheReadInputTokens());
        span.setAttribute(Names.CACHE_CREATION, usage.cacheCreationInputTokens());
      }
    }

    // The conventions include tokens from the cache in the input; claude reports them separately.
    private long input(Usage usage) {
      return work.agent().equals("claude")
          ? usage.inputTokens() + usage.cacheReadInputTokens() + usage.cacheCreationInputTokens()
          : usage.inputTokens();
    }
  }
}
