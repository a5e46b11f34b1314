package com.clawdforge.http.web;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs one line per request, at DEBUG for probes that succeed. It names the route, never a value of
 * the request, except for the address of a caller who was refused for it, and a path that is none.
 */
final class RequestLog {
  private static final Logger log = LoggerFactory.getLogger("com.clawdforge.http.requests");
  private static final String NONE = "-";

  private RequestLog() {}

  static void line(String method, Exchange exchange, int status, Duration took) {
    // Probes come every few seconds: at INFO they would fill a log of bounded size.
    LoggingEventBuilder line =
        log.atLevel(exchange.probe() && status == 200 ? Level.DEBUG : Level.INFO)
            .addKeyValue("method", method)
            .addKeyValue("route", exchange.route() == null ? NONE : exchange.route())
            .addKeyValue("status", status)
            .addKeyValue("ms", took.toMillis())
            .addKeyValue("app", exchange.app() == null ? NONE : exchange.app())
            .addKeyValue("request_id", exchange.requestId());
    if (exchange.route() == null) {
      line = line.addKeyValue("path", exchange.path());
    }
    line.log(
        exchange.refusedAddress() == null
            ? "request"
            : "request refused: " + exchange.refusedAddress());
  }
}
