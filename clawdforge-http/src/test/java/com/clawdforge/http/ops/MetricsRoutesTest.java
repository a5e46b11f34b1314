package com.clawdforge.http.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may read the metrics. */
final class MetricsRoutesTest {
  private static final String TEXT = "clawdforge_version{version=\"1\"} 1.0\n";

  @Test
  void the_administrator_may() throws Exception {
    try (TestServer forge = setup().start()) {
      HttpResponse<String> answer = forge.admin(forge.to("/metrics"));

      assertEquals(200, answer.statusCode());
      assertEquals(TEXT, answer.body());
      assertEquals(
          "text/plain;version=0.0.4;charset=utf-8",
          answer.headers().firstValue("Content-Type").orElse("").replace(" ", ""));
    }
  }

  @Test
  void an_app_may_not_and_neither_may_loopback_without_a_bearer() throws Exception {
    try (TestServer forge = setup().start()) {
      assertEquals(403, forge.get("/metrics").statusCode());
      assertEquals(401, forge.send(bare(forge, "/metrics")).statusCode());
    }
  }

  @Test
  void loopback_may_once_it_is_listed() throws Exception {
    TestServer.Setup setup = setup();
    setup.scrapers = List.of("127.0.0.1/32");
    try (TestServer forge = setup.start()) {
      assertEquals(200, forge.send(bare(forge, "/metrics")).statusCode());
    }
  }

  @Test
  void a_listed_address_may_read_metrics_and_nothing_else() throws Exception {
    TestServer.Setup setup = setup();
    setup.proxies = List.of("127.0.0.0/8");
    setup.scrapers = List.of("10.9.0.0/16");
    try (TestServer forge = setup.start()) {
      assertEquals(200, from("10.9.1.2", forge, "/metrics"));
      assertEquals(403, from("10.8.1.2", forge, "/metrics"));
      for (String path :
          List.of("/healthz", "/readyz", "/runs", "/metrics/", "//metrics", "/metrics/../runs")) {
        int status = from("10.9.1.2", forge, path);
        assertTrue(status == 403 || status == 400, path + ": " + status);
      }
    }
  }

  @Test
  void a_listed_address_still_needs_a_bearer_for_administration() throws Exception {
    TestServer.Setup setup = setup();
    setup.scrapers = List.of("127.0.0.1/32");
    try (TestServer forge = setup.start()) {
      assertEquals(401, forge.send(bare(forge, "/admin/tokens")).statusCode());
    }
  }

  private static TestServer.Setup setup() {
    TestServer.Setup setup = TestServer.setup();
    setup.metrics = () -> TEXT;
    return setup;
  }

  private static int from(String address, TestServer forge, String path) throws Exception {
    return forge.send(bare(forge, path).header("X-Forwarded-For", address)).statusCode();
  }

  private static HttpRequest.Builder bare(TestServer forge, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forge.port() + path))
        .timeout(TestServer.PATIENCE);
  }
}
