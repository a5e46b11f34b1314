package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.ops.Health;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RequestLogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  @Test
  void a_request_is_one_line_with_its_route_and_no_value_of_it() throws Exception {
    String runId;
    String token;
    try (TestServer forge = TestServer.with(FakeAgentRunner.answering("the-answer"))) {
      token = forge.token;
      runId =
          forge
              .run(
                  "{\"prompt\":\"the-prompt\",\"system\":\"the-system\"}",
                  request -> request.header("X-Request-Id", "req-7"))
              .headers()
              .firstValue("X-Clawdforge-Run-Id")
              .orElseThrow();
      forge.get("/runs/" + runId + "?q=the-query");
      forge.get("/the-path?q=the-query");
      forge.get("/a%22b/cf_0123456789");
      forge.run("{\"prompt\":the-garbage}");
      forge.admin(forge.post("/admin/tokens", "{\"name\":\"the-name\"}"));
    }

    String log = written.toString(StandardCharsets.UTF_8);
    List<String> lines = log.lines().filter(line -> line.endsWith(" request")).toList();
    assertEquals(6, lines.size(), log);
    assertTrue(
        lines
            .getFirst()
            .matches(
                ".*method=POST route=/run status=200 ms=\\d+ app=app request_id=req-7 request"),
        log);
    assertTrue(lines.get(1).contains("route=/runs/{run_id} status=200 "), log);
    assertTrue(lines.get(2).matches(".*route=- status=404 .* path=/the-path request"), log);
    assertTrue(lines.get(3).endsWith(" path=/a%22b/*** request"), log);
    assertTrue(lines.get(5).contains(" app=admin "), log);
    for (String secret :
        List.of(
            token,
            TestServer.ADMIN,
            "the-prompt",
            "the-system",
            "the-answer",
            "the-query",
            "the-garbage",
            "cf_")) {
      assertFalse(log.contains(secret), secret);
    }
  }

  @Test
  void fields_that_were_ignored_are_one_warning_with_the_request() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      forge.run(
          "{\"prompt\":\"p\",\"cwd\":\"the-value\",\"a\\nb\":1}",
          request -> request.header("X-Request-Id", "req-9"));
    }

    String log = written.toString(StandardCharsets.UTF_8);
    List<String> warnings = log.lines().filter(line -> line.contains(" WARN ")).toList();
    assertEquals(1, warnings.size(), log);
    assertTrue(warnings.getFirst().contains("app=app request_id=req-9"), log);
    assertTrue(warnings.getFirst().endsWith("fields that were ignored: cwd, a_b"), log);
    assertFalse(log.contains("the-value"), log);
  }

  @Test
  void the_line_of_a_refused_address_names_it_and_the_setting() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.0/8");
    setup.allowed = List.of("198.51.100.0/24");
    try (TestServer forge = setup.start()) {
      forge.send(forge.to("/runs").header("X-Forwarded-For", "203.0.113.9"));
      String bound = forge.mint("bound", "10.0.0.0/8");
      forge.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forge.port() + "/runs"))
              .timeout(TestServer.PATIENCE)
              .header("X-Forwarded-For", "198.51.100.7")
              .header("Authorization", "Bearer " + bound));
    }

    String log = written.toString(StandardCharsets.UTF_8);
    List<String> refused = log.lines().filter(line -> line.contains("status=403")).toList();
    assertEquals(2, refused.size(), log);
    assertTrue(
        refused
            .getFirst()
            .endsWith(
                "request refused: calls from 203.0.113.9 are not allowed;"
                    + " see ALLOW_CIDRS and CLAWDFORGE_TRUSTED_PROXIES"),
        log);
    assertTrue(
        refused
            .get(1)
            .endsWith(
                "calls from 198.51.100.7 are not allowed; see the address blocks of the token"),
        log);
  }

  @Test
  void a_health_check_is_logged_only_if_it_failed() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    Supplier<Health> healthy = setup.health;
    AtomicBoolean broken = new AtomicBoolean();
    setup.health =
        () -> {
          if (broken.get()) {
            throw new IllegalStateException("out of order");
          }
          return healthy.get();
        };
    try (TestServer forge = setup.start()) {
      forge.get("/healthz");
      forge.get("/readyz");
      forge.admin(forge.to("/metrics"));
      broken.set(true);
      forge.get("/healthz");
    }

    String log = written.toString(StandardCharsets.UTF_8);
    List<String> lines = log.lines().filter(line -> line.endsWith(" request")).toList();
    assertEquals(1, lines.size(), log);
    assertTrue(lines.getFirst().contains("route=/healthz status=500 "), log);
  }

  @Test
  void a_bug_is_logged_with_its_cause_under_the_requests_id() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.health =
        () -> {
          throw new IllegalStateException("for the log only");
        };
    try (TestServer forge = setup.start()) {
      forge.send(forge.to("/healthz").header("X-Request-Id", "req-8"));
    }

    String log = written.toString(StandardCharsets.UTF_8);
    assertTrue(log.contains("request_id=req-8 a request failed"), log);
    assertTrue(log.contains("java.lang.IllegalStateException: for the log only"), log);
  }
}
