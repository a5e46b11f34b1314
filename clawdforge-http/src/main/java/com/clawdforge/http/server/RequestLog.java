package com.clawdforge.http.server;

import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line for each request but those that look after the server and find all well; of what was
 * asked it tells the route, never a value.
 */
final class RequestLog {
  private static final Logger log = LoggerFactory.getLogger("com.clawdforge.http.requests");
  private static final String NONE = "-";
  private static final Set<String> WATCHED = Set.of("/healthz", "/readyz", MetricsRoutes.PATH);

  private RequestLog() {}

  static void line(String method, Exchange exchange, int status, Duration took) {
    log.atLevel(isRoutine(exchange, status) ? Level.DEBUG : Level.INFO)
        .addKeyValue("method", method)
        .addKeyValue("route", exchange.route() == null ? NONE : exchange.route())
        .addKeyValue("status", status)
        .addKeyValue("ms", took.toMillis())
        .addKeyValue("app", exchange.app() == null ? NONE : exchange.app())
        .addKeyValue("request_id", exchange.requestId())
        .log("request");
  }

  // Asked for every few seconds, for ever: in a log of bounded size that would soon be all.
  private static boolean isRoutine(Exchange exchange, int status) {
    return status == 200 && exchange.route() != null && WATCHED.contains(exchange.route());
  }
}
