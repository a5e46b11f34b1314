package com.clawdforge.http.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a load balancer sees the server, and when it should send no more work. */
final class ReadyRoutesTest {
  private static final Readiness.Check STORE =
      new Readiness.Check("store", null, Duration.ofMillis(2_900));

  @Test
  void a_server_whose_checks_pass_is_ready_and_shows_its_state() throws Exception {
    try (TestServer forge = forge(STORE)) {
      HttpResponse<String> answer = forge.get("/readyz");

      assertEquals(200, answer.statusCode());
      assertEquals(
          "{\"ok\":true,\"checks\":{\"accepting\":{\"ok\":true,\"reason\":null,\"age_secs\":0},"
              + "\"store\":{\"ok\":true,\"reason\":null,\"age_secs\":2}},"
              + "\"login\":{\"state\":\"logged_in\",\"kind\":\"api_key\",\"detail\":\"API key\","
              + "\"age_secs\":0},"
              + "\"capacity\":{\"runs\":{\"running\":0,\"waiting\":0,\"places\":8},"
              + "\"turns\":{\"running\":0,\"waiting\":0,\"places\":8},"
              + "\"sessions\":{\"open\":0,\"limit\":64}}}",
          answer.body());
    }
  }

  @Test
  void what_is_known_of_the_provider_is_shown_and_keeps_no_server_from_being_ready()
      throws Exception {
    TestServer.Setup setup = TestServer.setup();
    Instant reset = Instant.parse("2026-03-01T12:00:00.123Z");
    setup.provider =
        new Readiness.Provider(
            List.of(
                new Readiness.Limit(
                    new AccountLimit(
                        "api_key", new ProviderLimit("five_hour", "rejected", 1.0, reset)),
                    Duration.ofMillis(2_900)),
                new Readiness.Limit(
                    new AccountLimit(
                        AccountLimit.AGENTS, new ProviderLimit("seven_day", "allowed", null, null)),
                    Duration.ZERO)),
            List.of(
                new ProviderRetry(529, "not to be shown", Duration.ofMillis(1500)),
                new ProviderRetry(0, null, Duration.ZERO)),
            Duration.ofSeconds(7),
            reset.plusSeconds(1));
    try (TestServer forge = setup.start()) {
      HttpResponse<String> answer = forge.get("/readyz");

      assertEquals(200, answer.statusCode());
      assertEquals(
          "{\"limits\":[{\"account\":\"api_key\",\"window\":\"five_hour\",\"status\":\"rejected\",\"utilization\":1.0,"
              + "\"resets_at\":\"2026-03-01T12:00:00.123Z\",\"age_secs\":2},"
              + "{\"account\":\"agents\",\"window\":\"seven_day\",\"status\":\"allowed\",\"utilization\":null,"
              + "\"resets_at\":null,\"age_secs\":0}],"
              + "\"retries\":[{\"status\":529,\"delay_ms\":1500},"
              + "{\"status\":null,\"delay_ms\":0}],\"retries_age_secs\":7,"
              + "\"credential_expires_at\":\"2026-03-01T12:00:01.123Z\"}",
          forge.json(answer).get("provider").toString());
    }
  }

  @Test
  void a_failed_check_makes_it_503_and_has_its_reason() throws Exception {
    try (TestServer forge = forge(STORE, new Readiness.Check("disk", "nearly full", null))) {
      HttpResponse<String> answer = forge.get("/readyz");

      assertEquals(503, answer.statusCode());
      JsonNode body = forge.json(answer);
      assertFalse(body.path("ok").asBoolean(true));
      assertTrue(body.path("checks").path("store").path("ok").asBoolean());
      JsonNode disk = body.path("checks").path("disk");
      assertFalse(disk.path("ok").asBoolean(true));
      assertEquals("nearly full", disk.path("reason").textValue());
      assertTrue(disk.path("age_secs").isNull());
    }
  }

  @Test
  void a_server_that_shuts_down_is_not_ready() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    FakeAgentRunner agents =
        FakeAgentRunner.scripted(oneShot -> FakeRun.answers("late").heldBy(hold));
    try (TestServer forge = TestServer.with(agents)) {
      forge.run("{\"prompt\":\"p\",\"detach\":true}");
      agents.awaitStarted(1);
      CompletableFuture<Void> drained =
          CompletableFuture.runAsync(
              () -> {
                try {
                  forge.server.drain(TestServer.PATIENCE);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
      HttpResponse<String> answer = forge.get("/readyz");
      while (answer.statusCode() == 200 && System.nanoTime() < deadline) {
        answer = forge.get("/readyz");
      }

      assertEquals(503, answer.statusCode());
      assertEquals(
          "the server is shutting down",
          forge.json(answer).path("checks").path("accepting").path("reason").textValue());
      hold.release();
      drained.get();
    }
  }

  @Test
  void a_server_at_capacity_is_ready_and_says_how_busy_it_is() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    TestServer.Setup setup = TestServer.setup();
    setup.agents = FakeAgentRunner.scripted(oneShot -> FakeRun.answers("late").heldBy(hold));
    setup.maxConcurrent = 1;
    try (TestServer forge = setup.start()) {
      forge.run("{\"prompt\":\"p\",\"detach\":true}");
      forge.run("{\"prompt\":\"p\",\"detach\":true}");

      HttpResponse<String> answer = forge.get("/readyz");

      assertEquals(200, answer.statusCode());
      JsonNode runs = forge.json(answer).path("capacity").path("runs");
      assertEquals("{\"running\":1,\"waiting\":1,\"places\":1}", runs.toString());
      hold.release();
    }
  }

  @Test
  void no_bearer_is_asked_for_but_an_allowed_address() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.0/8");
    setup.allowed = List.of("10.0.0.0/8");
    try (TestServer forge = setup.start()) {
      assertEquals(200, from(forge, "10.1.2.3").statusCode());
      assertEquals(403, from(forge, "192.0.2.1").statusCode());
    }
  }

  private static HttpResponse<String> from(TestServer forge, String address) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forge.port() + "/readyz"))
            .header("X-Forwarded-For", address);
    return forge.send(request);
  }

  private static TestServer forge(Readiness.Check... checks) {
    TestServer.Setup setup = TestServer.setup();
    setup.checks = List.of(checks);
    return setup.start();
  }
}
