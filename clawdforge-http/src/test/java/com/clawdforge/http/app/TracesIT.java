package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces of the program as its users start it: sent if an endpoint is set, and without cost
 * otherwise.
 */
@Timeout(120)
class TracesIT {
  @TempDir Path temp;

  private Map<String, String> environment = Map.of();
  private Path loaded = Path.of("");

  @BeforeEach
  void a_claude_that_fails() throws IOException {
    loaded = temp.resolve("classes.log");
    environment = Installation.environment(temp);
    Path claude = Installation.script(temp.resolve("claude"), "exit 3");
    environment.put("CLAUDE_BIN", claude.toString());
    environment.put("ACPX_BIN", "/nowhere/acpx");
    environment.put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
  }

  @Test
  void without_an_endpoint_none_of_opentelemetry_is_loaded_and_one_log_alone() throws Exception {
    run();

    String classes = Files.readString(loaded);
    assertTrue(
        classes.contains("com.clawdforge.http.app.gateway.Observation"), "not what was looked for");
    assertFalse(classes.contains(" io.opentelemetry."), "OpenTelemetry is loaded");
    assertFalse(classes.contains(" ch.qos.logback."), "logback is loaded");
  }

  @Test
  void spans_have_reached_the_endpoint_when_the_server_has_ended() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          bodies.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    try {
      environment.put(
          "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort());
      run();
    } finally {
      collector.stop(0);
    }

    String all = String.join("", bodies);
    assertTrue(all.contains("POST /run"), all);
    assertTrue(all.contains("invoke_agent claude"), all);
  }

  @Test
  void an_invalid_endpoint_stops_the_start_with_one_line() throws Exception {
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "not a url");
    try (ServerProcess server = ServerProcess.serve(temp, environment)) {
      assertEquals(1, server.exitStatus());
      assertTrue(
          server.output().contains("traces cannot be sent as the OTEL_ variables say: "),
          server::outputOrWhyNot);
      assertFalse(server.output().contains("\tat "), server::outputOrWhyNot);
    }
  }

  private void run() throws Exception {
    try (ServerProcess server = ServerProcess.serve(temp, environment);
        Api api = new Api(server.port())) {
      assertEquals(502, api.run(api.mint("diary"), Map.of("prompt", "p")).statusCode());
      server.terminate();
      assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
    }
  }
}
