package com.clawdforge.http.server;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request; of what was asked it tells the route, never a value. */
final class RequestLog {
  private static final Logger log = LoggerFactory.getLogger("com.clawdforge.http.requests");
  private static final String NONE = "-";

  private RequestLog() {}

  static void line(String method, Exchange exchange, int status, Duration took) {
    log.atInfo()
        .addKeyValue("method", method)
        .addKeyValue("route", exchange.route() == null ? NONE : exchange.route())
        .addKeyValue("status", status)
        .addKeyValue("ms", took.toMillis())
        .addKeyValue("app", exchange.app() == null ? NONE : exchange.app())
        .addKeyValue("request_id", exchange.requestId())
        .log("request");
  }
}
