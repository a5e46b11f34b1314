package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.web.limit.DoorObserver.Closed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the front door refuses is counted, and shown from the start. */
final class DoorMetersTest {
  @Test
  void failed_logins_and_closed_connections_are_counted() {
    try (GatewayMetrics metrics = new GatewayMetrics("1", List.of(), () -> 0)) {
      metrics.requests().loginFailed(false);
      metrics.requests().loginFailed(false);
      metrics.requests().loginFailed(true);
      metrics.requests().closed(Closed.SLOW_HEAD);
      String shown = metrics.scrape();

      for (String line :
          List.of(
              "clawdforge_http_logins_failed_total{limited=\"false\"} 2.0",
              "clawdforge_http_logins_failed_total{limited=\"true\"} 1.0",
              "clawdforge_http_connections_closed_total{reason=\"slow_head\"} 1.0",
              "clawdforge_http_connections_closed_total{reason=\"address\"} 0.0")) {
        assertTrue(shown.contains(line), () -> line + " is not in " + shown);
      }
    }
  }
}
