package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryTest {
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  @Test
  void a_run_whose_connection_broke_is_resent_under_its_key() {
    gateway.breaksOff().answers(200, RunTest.ANSWER);
    assertEquals(Duration.ofMillis(4321), client.run("p").duration());
    List<StubGateway.Request> asked = gateway.requests();
    assertEquals(2, asked.size());
    assertEquals(asked.get(0).header("Idempotency-Key"), asked.get(1).header("Idempotency-Key"));
    assertEquals(asked.get(0).text(), asked.get(1).text());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void a_refusal_that_names_a_time_is_retried_after_it(int status) {
    gateway
        .answers(status, "{\"code\":\"at_capacity\",\"detail\":\"full\"}", "Retry-After", "5")
        .answers(200, RunTest.ANSWER);
    client.run("p");
    assertEquals(List.of(Duration.ofSeconds(5)), gateway.pauses());
    assertEquals(2, gateway.requests().size());
  }

  @ParameterizedTest
  @CsvSource({"429, usage_limit_reached", "503, provider_overloaded", "503, provider_unreachable"})
  void a_provider_that_may_be_asked_again_soon_is(int status, String code) {
    gateway
        .answers(status, "{\"code\":\"" + code + "\"}", "Retry-After", "30")
        .answers(200, RunTest.ANSWER);
    client.run("p");
    assertEquals(List.of(Duration.ofSeconds(30)), gateway.pauses());
  }

  @Test
  void a_provider_is_not_asked_again_after_a_long_time_or_against_advice() {
    gateway
        .answers(429, "{\"code\":\"usage_limit_reached\"}", "Retry-After", "3600")
        .answers(
            503,
            "{\"code\":\"provider_overloaded\"}",
            "Retry-After",
            "30",
            "x-should-retry",
            "false");
    assertThrows(ForgeUsageLimitException.class, () -> client.run("p"));
    assertThrows(ForgeProviderException.class, () -> client.run("p"));
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_call_waits_no_longer_for_the_gateway_than_it_may_take_itself() {
    for (int i = 0; i < 3; i++) {
      gateway.answers(503, "{\"code\":\"provider_overloaded\"}", "Retry-After", "30");
    }
    // With 20 seconds more for the answer.
    RunRequest request = RunRequest.builder().prompt("p").timeout(Duration.ofSeconds(39)).build();

    assertThrows(ForgeProviderException.class, () -> client.run(request));

    assertEquals(List.of(Duration.ofSeconds(30)), gateway.pauses());
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_call_is_retried_three_times() {
    for (int i = 0; i < 5; i++) {
      gateway.answers(503, "{\"code\":\"at_capacity\",\"detail\":\"full\"}", "Retry-After", "5");
    }
    ForgeApiException refused = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals("at_capacity", refused.code());
    assertEquals(Duration.ofSeconds(5), refused.retryAfter());
    assertEquals(4, gateway.requests().size());
  }

  @Test
  void a_refusal_without_a_short_time_or_against_advice_is_not_retried() {
    String body = "{\"code\":\"at_capacity\",\"detail\":\"full\"}";
    gateway
        .answers(503, body)
        .answers(503, body, "Retry-After", "3600")
        .answers(503, body, "Retry-After", "1", "x-should-retry", "false")
        .answers(502, body, "Retry-After", "1")
        .answers(503, "{\"code\":\"agent_unavailable\"}", "Retry-After", "1");
    for (int i = 1; i <= 5; i++) {
      assertThrows(ForgeApiException.class, () -> client.run("p"));
      assertEquals(i, gateway.requests().size());
    }
    assertTrue(gateway.pauses().isEmpty());
  }

  @Test
  void an_unreachable_gateway_is_retried_before_the_call_fails() {
    gateway.close();
    ForgeTransportException e = assertThrows(ForgeTransportException.class, () -> client.run("p"));
    assertEquals(
        List.of(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(4)),
        gateway.pauses());
    assertNotNull(e.getCause());
  }

  @Test
  void jitter_shortens_the_pauses_between_retries() {
    gateway.shortensPausesBy(0.5);
    gateway.close();
    assertThrows(ForgeTransportException.class, () -> client.run("p"));
    assertEquals(
        List.of(Duration.ofNanos(750_000), Duration.ofNanos(1_500_000), Duration.ofMillis(3)),
        gateway.pauses());
  }

  @Test
  void a_time_that_the_gateway_names_is_not_shortened() {
    gateway.shortensPausesBy(1);
    gateway
        .answers(503, "{\"code\":\"at_capacity\"}", "Retry-After", "5")
        .answers(200, RunTest.ANSWER);
    client.run("p");
    assertEquals(List.of(Duration.ofSeconds(5)), gateway.pauses());
  }

  @Test
  void a_call_without_an_answer_in_time_fails_without_a_retry() {
    CountDownLatch over = new CountDownLatch(1);
    gateway.handles(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await(over);
          exchange.close();
        });
    RunRequest request = RunRequest.builder().prompt("p").timeout(Duration.ofSeconds(1)).build();
    try (ForgeClient impatient = gateway.impatientClient()) {
      ForgeTransportException e =
          assertThrows(ForgeTransportException.class, () -> impatient.run(request));
      assertTrue(String.valueOf(e.getMessage()).contains("no answer within PT0.3S"), e::toString);
      assertTrue(gateway.pauses().isEmpty());
    } finally {
      over.countDown();
    }
  }

  @Test
  void an_interrupt_ends_a_call() {
    Thread.currentThread().interrupt();
    assertThrows(ForgeTransportException.class, () -> client.run("p"));
    assertTrue(Thread.interrupted(), "the interrupt flag is kept");
  }

  @Test
  void a_client_without_retries_fails_at_the_first_refusal() {
    gateway.answers(503, "{\"code\":\"at_capacity\",\"detail\":\"full\"}", "Retry-After", "0");
    try (ForgeClient once =
        ForgeClient.builder()
            .baseUrl(gateway.url())
            .token(StubGateway.TOKEN)
            .retries(RetryPolicy.NEVER)
            .build()) {
      assertThrows(ForgeApiException.class, () -> once.run("p"));
    }
    assertEquals(1, gateway.requests().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 21})
  void a_retry_policy_has_bounds(int retries) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(retries, Duration.ZERO, Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(1, Duration.ofMillis(-1), Duration.ZERO));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("timed out");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
