package com.clawdforge.http.tracing;

import com.clawdforge.http.web.RequestObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span for each request of an app or the administrator, below the caller's own if it sent a
 * {@code traceparent}. Of nobody else: a stranger could fill somebody's store of traces, whatever
 * share of them is to be kept, since a {@code traceparent} decides that too.
 */
final class RequestTracer implements RequestObserver {
  // Asked every few seconds, for ever; and the administrator's bearer may be the one that asks.
  private static final String METRICS = "/metrics";
  private static final TextMapGetter<Begun> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Begun request) {
          return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Begun request, String name) {
          return request == null ? null : request.headers().apply(name);
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  RequestTracer(Tracer tracer, TextMapPropagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the watch closes it
  public Watch begun(Begun request) {
    Span span =
        tracer
            .spanBuilder(request.method())
            .setParent(propagator.extract(Context.root(), request, HEADERS))
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(Names.HTTP_METHOD, request.method())
            .setAttribute(Names.REQUEST_ID, request.requestId())
            .startSpan();
    // Until the end of the request on this thread, so that work which it asks for is below it.
    Scope scope = span.makeCurrent();
    return end -> {
      scope.close();
      end(span, request, end);
    };
  }

  private static void end(Span span, Begun request, Ended end) {
    if (end.app() == null || METRICS.equals(end.route())) {
      // One that never ends is never sent.
      return;
    }
    if (end.route() != null) {
      span.updateName(request.method() + " " + end.route());
      span.setAttribute(Names.HTTP_ROUTE, end.route());
    }
    span.setAttribute(Names.APP, end.app());
    span.setAttribute(Names.HTTP_STATUS, (long) end.status());
    if (end.status() >= 500) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(Names.ERROR_TYPE, Integer.toString(end.status()));
    }
    span.end();
  }
}
