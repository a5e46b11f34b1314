package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.tracing.Tracing;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ObservationTest {
  private final List<String> spans = new CopyOnWriteArrayList<>();
  private final HttpServer collector = newCollector();

  private static HttpServer newCollector() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void collect() {
    collector.createContext(
        "/v1/traces",
        exchange -> {
          spans.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  @Test
  void the_last_spans_are_sent_also_when_the_metrics_cannot_be_closed() {
    Tracing tracing =
        new Tracing(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort()),
            "test");
    Observation observation =
        new Observation(
            () -> {
              throw new IOException("a defect");
            },
            () -> tracing);
    WorkObserver.Watch run =
        tracing
            .work()
            .accepted(
                new WorkObserver.Accepted(
                    WorkObserver.Kind.RUN, "run-1", 0, "diary", "claude", "sonnet", "request-1"));
    run.started();
    run.ended(new WorkObserver.Ended(WorkState.COMPLETED, null, AgentReport.NONE, false));

    IllegalStateException failed = assertThrows(IllegalStateException.class, observation::close);

    assertEquals("the metrics could not be created", failed.getMessage());
    assertTrue(String.join("", spans).contains("invoke_agent claude"), spans::toString);
  }
}
