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
 * A span for each request of an app or the administrator, as a child of the caller's span if it
 * sent a {@code traceparent}. Unauthenticated requests get none: a stranger could fill the store of
 * traces regardless of sampling, because a {@code traceparent} also decides sampling.
 */
final class RequestTracer implements RequestObserver {
  // Scraped every few seconds, possibly with the administrator's bearer.
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
    // Current on this thread until the request ends, so that spans of its work become children.
    Scope scope = span.makeCurrent();
    return end -> {
      scope.close();
      end(span, request, end);
    };
  }

  private static void end(Span span, Begun request, Ended end) {
    if (end.app() == null || METRICS.equals(end.route())) {
      // A span that is never ended is never sent.
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
