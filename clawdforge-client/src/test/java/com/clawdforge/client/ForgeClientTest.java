package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.core.type.TypeReference;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForgeClientTest {
  private static final String ANSWER =
      "{\"ok\":true,\"result\":{\"qty\":2,\"price\":1.50},\"duration_ms\":4321,"
          + "\"stop_reason\":\"end_turn\"}";

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

  record Order(int qty) {}

  @Test
  void a_run_returns_its_answer_and_the_values_of_the_headers() throws Exception {
    gateway.answers(
        200, ANSWER, "X-Clawdforge-Run-Id", "run-1", "X-Clawdforge-Cost-Usd", "0.000141");
    RunResult result = client.run("How many?");

    assertEquals(2, result.json().path("qty").intValue());
    assertEquals(new Order(2), result.as(Order.class));
    assertEquals("{\"qty\":2,\"price\":1.50}", result.asText());
    assertEquals(Duration.ofMillis(4321), result.duration());
    assertEquals("end_turn", result.stopReason());
    assertEquals("run-1", result.runId());
    assertEquals(new BigDecimal("0.000141"), result.costUsd());

    StubGateway.Request asked = gateway.requests().get(0);
    assertEquals("POST /run", asked.line());
    assertEquals("Bearer " + StubGateway.TOKEN, asked.header("Authorization"));
    assertEquals("application/json", asked.header("Content-Type"));
    assertEquals(Json.MAPPER.readTree("{\"prompt\":\"How many?\"}"), asked.json());
  }

  @Test
  void a_text_answer_stays_text() {
    gateway.answers(
        200, "{\"ok\":true,\"result\":\"two ✓\",\"duration_ms\":1,\"stop_reason\":null}");
    RunResult result = client.run("How many?");
    assertEquals("two ✓", result.asText());
    assertTrue(result.json().isTextual());
    assertNull(result.stopReason());
    assertNull(result.runId());
    assertNull(result.costUsd());
    assertThrows(IllegalArgumentException.class, () -> result.as(Order.class));
  }

  @Test
  void a_request_sends_all_its_members() throws Exception {
    gateway.answers(200, ANSWER);
    client.run(
        RunRequest.builder()
            .prompt("p")
            .model("opus")
            .system("s")
            .systemMode(SystemMode.REPLACE)
            .effort(Effort.XHIGH)
            .file("ff_1")
            .file(new UploadedFile("ff_2", Duration.ofHours(1), 3))
            .timeout(Duration.ofMillis(1_500))
            .jsonSchema(Json.object().put("type", "object"))
            .maxBudgetUsd(new BigDecimal("0.25"))
            .tools(List.of("Read"))
            .build());
    assertEquals(
        Json.MAPPER.readTree(
            "{\"prompt\":\"p\",\"model\":\"opus\",\"system\":\"s\",\"system_mode\":\"replace\","
                + "\"effort\":\"xhigh\",\"files\":[\"ff_1\",\"ff_2\"],\"timeout_secs\":2,"
                + "\"json_schema\":{\"type\":\"object\"},\"max_budget_usd\":0.25,"
                + "\"tools\":[\"Read\"]}"),
        gateway.requests().get(0).json());
  }

  @Test
  void an_empty_list_of_tools_is_sent() throws Exception {
    gateway.answers(200, ANSWER);
    client.run(RunRequest.builder().prompt("p").tools(List.of()).build());
    assertEquals("[]", gateway.requests().get(0).json().path("tools").toString());
  }

  @Test
  void each_run_has_its_own_key_unless_the_app_sets_one() {
    gateway.answers(200, ANSWER).answers(200, ANSWER).answers(200, ANSWER);
    RunRequest request = RunRequest.of("p");
    client.run(request);
    client.run(request);
    client.run(RunRequest.builder().prompt("p").idempotencyKey("mine").build());

    String first = gateway.requests().get(0).header("Idempotency-Key");
    assertNotNull(UUID.fromString(String.valueOf(first)));
    assertNotEquals(first, gateway.requests().get(1).header("Idempotency-Key"));
    assertEquals("mine", gateway.requests().get(2).header("Idempotency-Key"));
  }

  @Test
  void a_run_whose_connection_broke_is_resent_under_its_key() {
    gateway.breaksOff().answers(200, ANSWER);
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
        .answers(200, ANSWER);
    client.run("p");
    assertEquals(List.of(Duration.ofSeconds(5)), gateway.pauses());
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
    gateway.answers(503, "{\"code\":\"at_capacity\"}", "Retry-After", "5").answers(200, ANSWER);
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
  void an_error_has_all_members_of_the_problem() {
    gateway.answers(
        422,
        "{\"type\":\"urn:clawdforge:error:invalid_request\",\"title\":\"Invalid\",\"status\":422,"
            + "\"detail\":\"timeout_secs must be from 1 to 3600\",\"field\":\"timeout_secs\","
            + "\"ok\":false,\"code\":\"invalid_request\",\"error\":\"x\",\"request_id\":\"req-1\"}");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals(422, e.status());
    assertEquals("invalid_request", e.code());
    assertEquals("timeout_secs", e.field());
    assertEquals("req-1", e.requestId());
    assertEquals("timeout_secs must be from 1 to 3600", e.detail());
    assertNull(e.retryAfter());
    assertEquals(
        "422 invalid_request: timeout_secs must be from 1 to 3600 (request req-1)", e.getMessage());
  }

  @Test
  void a_failure_of_the_agent_has_the_end_of_its_stderr() {
    gateway.answers(
        502,
        "{\"detail\":\"it failed\",\"code\":\"agent_failed\",\"duration_ms\":5,"
            + "\"stop_reason\":\"refusal\",\"stderr_tail\":\"boom\"}",
        "x-should-retry",
        "false");
    ForgeAgentException e = assertThrows(ForgeAgentException.class, () -> client.run("p"));
    assertEquals("agent_failed", e.code());
    assertEquals("boom", e.stderrTail());
    assertEquals("refusal", e.stopReason());
    assertEquals(Duration.ofMillis(5), e.duration());
  }

  @ParameterizedTest
  @CsvSource({
    "401, unauthenticated, ForgeAuthenticationException",
    "401, , ForgeAuthenticationException",
    "403, permission_ceiling, ForgeApiException",
    "404, not_found, ForgeNotFoundException",
    "409, idempotency_conflict, ForgeApiException",
    "410, session_closed, ForgeSessionClosedException",
    "410, , ForgeApiException",
    "422, invalid_request, ForgeApiException",
    "429, rate_limited, ForgeRateLimitException",
    "429, quota_exceeded, ForgeRateLimitException",
    "500, internal_error, ForgeApiException",
    "502, agent_failed, ForgeAgentException",
    "502, agent_unauthenticated, ForgeAgentException",
    "502, agent_output_invalid, ForgeAgentException",
    "502, , ForgeApiException",
    "503, agent_unavailable, ForgeApiException",
    "504, agent_timeout, ForgeTimeoutException",
    "504, , ForgeApiException",
    "418, teapot, ForgeApiException"
  })
  void errors_have_classes_by_code_and_status(int status, @Nullable String code, String name)
      throws Exception {
    String codeMember = code == null ? "" : ",\"code\":\"" + code + "\"";
    gateway.answers(status, "{\"detail\":\"no\"" + codeMember + "}");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals(name, e.getClass().getSimpleName());
    assertEquals(status, e.status());

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }
    assertTrue(bytes.size() > 0, "frameworks send exceptions to other processes");
  }

  @Test
  void the_clients_defaults_fill_in_requests() throws Exception {
    String session =
        "{\"ok\":true,\"session_id\":\"s\",\"agent\":\"claude\",\"model\":null,"
            + "\"status\":\"open\",\"turn_count\":0,\"created_at\":1,\"last_turn_at\":null,"
            + "\"closed_at\":null,\"meta\":{},\"permissions\":\"approve-all\"}";
    String turn =
        "{\"ok\":true,\"session_id\":\"s\",\"turn_index\":1,\"events\":[],"
            + "\"stop_reason\":\"end_turn\",\"duration_ms\":1}";
    gateway.answers(200, ANSWER).answers(200, ANSWER);
    gateway.answers(200, session).answers(200, session).answers(200, turn);
    try (ForgeClient frugal =
        ForgeClient.builder()
            .baseUrl(gateway.url())
            .token(StubGateway.TOKEN)
            .model("haiku")
            .timeout(Duration.ofMillis(44_100))
            .build()) {
      frugal.run("p");
      frugal.run(
          RunRequest.builder().prompt("p").model("opus").timeout(Duration.ofSeconds(7)).build());
      frugal.session(SessionOptions.agent("codex"));
      frugal.session().turn("p");
    }

    List<StubGateway.Request> asked = gateway.requests();
    assertEquals(
        Json.MAPPER.readTree("{\"prompt\":\"p\",\"model\":\"haiku\",\"timeout_secs\":45}"),
        asked.get(0).json());
    assertEquals(
        Json.MAPPER.readTree("{\"prompt\":\"p\",\"model\":\"opus\",\"timeout_secs\":7}"),
        asked.get(1).json());
    assertEquals(Json.MAPPER.readTree("{\"agent\":\"codex\"}"), asked.get(2).json());
    assertEquals(Json.MAPPER.readTree("{\"model\":\"haiku\"}"), asked.get(3).json());
    assertEquals(
        Json.MAPPER.readTree("{\"prompt\":\"p\",\"timeout_secs\":45}"), asked.get(4).json());
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

  @Test
  void the_apps_own_http_client_is_used_and_left_open() throws Exception {
    AtomicLong used = new AtomicLong();
    ExecutorService executor =
        Executors.newCachedThreadPool(
            task -> {
              used.incrementAndGet();
              return new Thread(task);
            });
    HttpClient own = HttpClient.newBuilder().executor(executor).build();
    try {
      for (int i = 0; i < 2; i++) {
        gateway.answers(200, ANSWER);
        try (ForgeClient mine =
            ForgeClient.builder()
                .baseUrl(gateway.url())
                .token(StubGateway.TOKEN)
                .httpClient(own)
                .build()) {
          mine.run("p");
        }
      }
      assertTrue(used.get() > 0);
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void a_run_may_ask_for_a_record() throws Exception {
    gateway.answers(200, ANSWER);

    assertEquals(new Order(2), client.run(RunRequest.of("p"), Order.class));
    assertEquals(
        Json.MAPPER.readTree(
            "{\"type\":\"object\",\"properties\":{\"qty\":{\"type\":\"integer\"}},"
                + "\"required\":[\"qty\"],\"additionalProperties\":false}"),
        gateway.requests().get(0).json().path("json_schema"));
  }

  @Test
  void a_request_with_a_schema_cannot_ask_for_a_record() {
    RunRequest request = RunRequest.builder().prompt("p").jsonSchema(Json.object()).build();

    assertThrows(IllegalArgumentException.class, () -> client.run(request, Order.class));
    assertTrue(gateway.requests().isEmpty());
  }

  @Test
  void an_answer_may_be_a_list_of_the_apps_own_records() {
    gateway.answers(
        200,
        "{\"ok\":true,\"result\":[{\"qty\":1},{\"qty\":2}],\"duration_ms\":1,\"stop_reason\":null}");

    assertEquals(
        List.of(new Order(1), new Order(2)),
        client.run("p").as(new TypeReference<List<Order>>() {}));
  }

  @Test
  void an_error_of_the_original_service_is_understood() {
    gateway.answers(401, "{\"ok\":false,\"error\":\"bad token\"}", "X-Request-Id", "req-2");
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> client.run("p"));
    assertEquals("bad token", e.detail());
    assertEquals("req-2", e.requestId());
    assertNull(e.code());
  }

  @Test
  void an_error_of_a_proxy_keeps_what_it_has() {
    gateway
        .answers(502, "<html>Bad Gateway</html>")
        .answers(504, "")
        .answers(500, "[1]")
        .answers(422, "{\"detail\":[{\"loc\":[\"body\"]}]}")
        .answers(503, "busy", "Retry-After", "soon");
    assertEquals("<html>Bad Gateway</html>", refused().detail());
    assertEquals(504, refused().status());
    assertEquals("[1]", refused().detail());
    assertTrue(refused().detail().contains("loc"));
    assertNull(refused().retryAfter());
  }

  @Test
  void a_retry_time_may_be_a_date() {
    gateway.answers(503, "busy", "Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT");
    Duration retryAfter = refused().retryAfter();
    assertTrue(retryAfter != null && retryAfter.toDays() > 1, () -> "was " + retryAfter);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html/>",
        "{\"ok\":true",
        "{} {}",
        "{}",
        "{\"result\":1}",
        "{\"result\":1,\"duration_ms\":\"x\"}"
      })
  void a_good_status_with_an_unusable_body_is_a_transport_failure(String body) {
    gateway.answers(200, body);
    assertThrows(ForgeTransportException.class, () -> client.run("p"));
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void a_redirect_is_not_followed() {
    gateway.answers(302, "", "Location", gateway.url() + "/elsewhere");
    assertEquals(302, refused().status());
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void a_run_of_the_ledger_has_all_its_members() {
    gateway.answers(
        200,
        "{\"ok\":true,\"run_id\":\"r1\",\"state\":\"completed\",\"model\":\"claude-sonnet-5\","
            + "\"stop_reason\":\"end_turn\",\"created_at\":1795238000,"
            + "\"started_at\":\"2026-11-21T05:13:20.003Z\",\"ended_at\":\"2026-11-21T05:13:24.324Z\","
            + "\"queue_ms\":3,\"duration_ms\":4321,\"usage\":{\"input_tokens\":12,"
            + "\"output_tokens\":7,\"cache_read_input_tokens\":1,\"cache_creation_input_tokens\":2},"
            + "\"cost_usd\":0.000141,\"prompt_bytes\":812,\"result_bytes\":64,\"files\":1,"
            + "\"error\":null,\"request_id\":\"q\",\"result\":\"secret answer\"}");
    RunInfo run = client.getRun("r/1");
    assertEquals("GET /runs/r%2F1", gateway.requests().get(0).line());
    assertEquals(WorkState.COMPLETED, run.state());
    assertEquals(Instant.ofEpochSecond(1_795_238_000), run.createdAt());
    assertEquals(Instant.parse("2026-11-21T05:13:20.003Z"), run.startedAt());
    assertEquals(Duration.ofMillis(3), run.queued());
    assertEquals(Duration.ofMillis(4321), run.duration());
    assertEquals(new Usage(12, 7, 1, 2), run.usage());
    assertEquals(new BigDecimal("0.000141"), run.costUsd());
    assertEquals(64, run.resultBytes());
    assertNull(run.error());
    assertEquals(
        "secret answer", String.valueOf(run.result() == null ? null : run.result().textValue()));
    assertFalse(run.toString().contains("secret"));
  }

  @Test
  void a_queued_or_failed_run_lacks_most_members() {
    gateway
        .answers(200, "{\"run_id\":\"r1\",\"state\":\"queued\",\"created_at\":1,\"result\":null}")
        .answers(
            200,
            "{\"run_id\":\"r1\",\"state\":\"paused\",\"created_at\":1,"
                + "\"error\":{\"code\":\"agent_failed\",\"detail\":\"why\"}}");
    RunInfo queued = client.getRun("r1");
    assertEquals(WorkState.QUEUED, queued.state());
    assertNull(queued.startedAt());
    assertNull(queued.usage());
    assertNull(queued.result());
    RunInfo other = client.getRun("r1");
    assertEquals(WorkState.UNKNOWN, other.state());
    assertEquals(new Failure("agent_failed", "why"), other.error());
  }

  @Test
  void a_run_starts_without_waiting() throws Exception {
    gateway.answers(202, "{\"ok\":true,\"run_id\":\"r1\",\"state\":\"queued\"}");

    assertEquals("r1", client.start(RunRequest.of("p")));

    assertTrue(gateway.requests().get(0).json().get("detach").booleanValue());
    assertNotNull(gateway.requests().get(0).header("Idempotency-Key"));
  }

  @Test
  void a_gateway_reports_its_health() {
    gateway.answers(
        200,
        "{\"ok\":true,\"claude_present\":true,\"claude_version\":\"2.1\",\"acpx_present\":false,"
            + "\"acpx_version\":null,\"open_sessions\":3,\"version\":\"0.1\",\"uptime_secs\":42}");

    assertEquals(
        new Health("0.1", true, "2.1", false, null, 3, Duration.ofSeconds(42)), client.health());
  }

  @Test
  void cancelling_returns_whether_the_run_ended() {
    gateway
        .answers(200, "{\"ok\":true,\"cancelled\":true}")
        .answers(200, "{\"ok\":true,\"cancelled\":false}");
    assertTrue(client.cancelRun("r1"));
    assertFalse(client.cancelRun("r1"));
    assertEquals("POST /runs/r1/cancel", gateway.requests().get(0).line());
  }

  @Test
  void a_file_is_uploaded_under_its_name_with_a_known_length(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("table ü\".csv"), "a,b\n1,2\n");
    gateway.answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":60,\"size\":8}");
    UploadedFile uploaded = client.upload(file, Duration.ofSeconds(60));
    assertEquals(new UploadedFile("ff_1", Duration.ofMinutes(1), 8), uploaded);

    StubGateway.Request asked = gateway.requests().get(0);
    String type = String.valueOf(asked.header("Content-Type"));
    assertTrue(type.startsWith("multipart/form-data; boundary="), type);
    String boundary = "--" + type.substring(type.indexOf('=') + 1);
    assertEquals(
        boundary
            + "\r\nContent-Disposition: form-data; name=\"ttl_secs\"\r\n\r\n60\r\n"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table ü%22.csv\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\na,b\n1,2\n\r\n"
            + boundary
            + "--\r\n",
        asked.text());
    assertEquals(
        Integer.toString(asked.text().getBytes(StandardCharsets.UTF_8).length),
        asked.header("Content-Length"));
  }

  @Test
  void a_stream_is_uploaded_while_it_is_read_and_left_open() {
    long size = 32L << 20;
    AtomicLong received = new AtomicLong();
    CountDownLatch arrived = new CountDownLatch(1);
    gateway.handles(
        exchange -> {
          InputStream body = exchange.getRequestBody();
          byte[] buffer = new byte[1 << 16];
          for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            if (received.addAndGet(n) > 100_000) {
              arrived.countDown();
            }
          }
          byte[] answer =
              ("{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":" + size + "}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    Endless content = new Endless(size, arrived);
    assertEquals(size, client.upload("big.bin", content).size());
    assertTrue(received.get() > size);
    assertFalse(content.closed);
  }

  /** Blocks after its first megabyte until the gateway has received some of it. */
  private static final class Endless extends InputStream {
    private final CountDownLatch arrived;
    private long left;
    private long given;
    private volatile boolean closed;

    Endless(long size, CountDownLatch arrived) {
      this.left = size;
      this.arrived = arrived;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read in bulk");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      if (given > 1 << 20) {
        await(arrived);
      }
      int n = (int) Math.min(length, left);
      left -= n;
      given += n;
      return n;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void slow_uploads_do_not_delay_other_calls() throws Exception {
    int many = 10;
    CountDownLatch reading = new CountDownLatch(many);
    CountDownLatch over = new CountDownLatch(1);
    HttpHandler either =
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean file = exchange.getRequestURI().getPath().equals("/files");
          byte[] answer =
              (file ? "{\"file_token\":\"f\",\"ttl_secs\":1,\"size\":1}" : ANSWER)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        };
    for (int i = 0; i < many + 1; i++) {
      gateway.handles(either);
    }
    ExecutorService apps = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < many; i++) {
        var unused = apps.submit(() -> client.upload("slow", new Waiting(reading, over)));
      }
      await(reading);

      assertEquals("end_turn", client.run("Hi").stopReason());
    } finally {
      over.countDown();
      apps.shutdown();
      assertTrue(apps.awaitTermination(20, TimeUnit.SECONDS));
    }
  }

  /** Blocks until the test is over. */
  private static final class Waiting extends InputStream {
    private final CountDownLatch reading;
    private final CountDownLatch over;

    Waiting(CountDownLatch reading, CountDownLatch over) {
      this.reading = reading;
      this.over = over;
    }

    @Override
    public int read() {
      reading.countDown();
      await(over);
      return -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return read();
    }
  }

  @Test
  void only_a_refused_upload_of_a_file_is_retried(@TempDir Path dir) throws Exception {
    String full = "{\"code\":\"at_capacity\",\"detail\":\"full\"}";
    gateway.answers(503, full, "Retry-After", "1");
    InputStream content = new ByteArrayInputStream(new byte[] {1});
    assertThrows(ForgeApiException.class, () -> client.upload("a", content));
    assertEquals(1, gateway.requests().size());

    Path file = Files.writeString(dir.resolve("a"), "a");
    gateway
        .answers(503, full, "Retry-After", "1")
        .answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    assertEquals("ff_1", client.upload(file).token());
    gateway.breaksOff();
    assertThrows(ForgeTransportException.class, () -> client.upload(file));
    assertEquals(4, gateway.requests().size());
  }

  @Test
  void a_missing_file_is_refused_before_anything_is_sent(@TempDir Path dir) {
    assertThrows(IllegalArgumentException.class, () -> client.upload(dir.resolve("none")));
    assertTrue(gateway.requests().isEmpty());
  }

  @Test
  void a_stream_that_breaks_ends_the_upload() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk gone");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    gateway.answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    assertThrows(ForgeTransportException.class, () -> client.upload("a", broken));
  }

  @Test
  void all_pages_of_files_are_listed() {
    gateway
        .answers(
            200,
            "{\"ok\":true,\"files\":[{\"file_token\":\"ff_2\",\"name\":\"b\",\"size\":2,"
                + "\"created_at\":5,\"expires_at\":\"2026-01-01T00:00:00.000Z\"}],"
                + "\"next_cursor\":\"a=\"}")
        .answers(
            200,
            "{\"ok\":true,\"files\":[{\"file_token\":\"ff_1\",\"size\":1}],\"next_cursor\":null}");
    List<FileInfo> files = client.files();
    assertEquals(
        List.of(
            new FileInfo(
                "ff_2", "b", 2, Instant.ofEpochSecond(5), Instant.parse("2026-01-01T00:00:00Z")),
            new FileInfo("ff_1", null, 1, null, null)),
        files);
    assertEquals("GET /files?limit=200&cursor=a%3D", gateway.requests().get(1).line());
  }

  @Test
  void a_file_is_deleted_by_its_token() {
    gateway.answers(200, "{\"ok\":true}").answers(404, "{\"code\":\"not_found\"}");
    client.deleteFile("ff_1");
    assertEquals("DELETE /files/ff_1", gateway.requests().get(0).line());
    assertThrows(ForgeApiException.class, () -> client.deleteFile("ff_1"));
  }

  @Test
  void nothing_prints_the_token_or_prompts() {
    gateway.close();
    ForgeException e = assertThrows(ForgeException.class, () -> client.run("secret prompt"));
    RunRequest request = RunRequest.builder().prompt("secret prompt").system("secret s").build();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      assertFalse(cause.toString().contains("secret"), cause::toString);
    }
    ForgeClient.Builder builder = ForgeClient.builder().token(StubGateway.TOKEN);
    for (Object shown : List.of(client, request, builder)) {
      assertFalse(shown.toString().contains("secret"), shown::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a secret", "secret\r\nX: y", "secretü"})
  void a_token_that_no_header_can_hold_is_refused_without_being_quoted(String token) {
    ForgeClient.Builder builder = ForgeClient.builder().baseUrl("http://localhost").token(token);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> builder.build());
    assertFalse(e.toString().contains("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8800",
        "ftp://x",
        "http://",
        "http://u:secret@h",
        "http://h?a=b",
        "h h"
      })
  void an_invalid_base_url_is_refused(String url) {
    ForgeClient.Builder builder = ForgeClient.builder().baseUrl(url).token("t");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> builder.build());
    assertFalse(e.toString().contains("secret"));
  }

  @Test
  void a_base_url_may_have_a_path_and_a_trailing_slash() {
    gateway.answers(200, ANSWER);
    try (ForgeClient behindProxy =
        ForgeClient.builder().baseUrl(gateway.url() + "/forge/").token("t").build()) {
      behindProxy.run("p");
      assertEquals("POST /forge/run", gateway.requests().get(0).line());
    }
  }

  @Test
  void the_environment_configures_a_client() {
    Map<String, String> set = Map.of("CLAWDFORGE_URL", " http://h:1/ ", "CLAWDFORGE_TOKEN", "t\n");
    try (ForgeClient configured = ForgeClient.from(set::get)) {
      assertEquals("ForgeClient[http://h:1]", configured.toString());
    }
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> ForgeClient.from(Map.of("CLAWDFORGE_URL", "http://h")::get));
    assertEquals("set the environment variable CLAWDFORGE_TOKEN", e.getMessage());
  }

  @Test
  void a_request_checks_prompt_timeout_and_key() {
    assertThrows(IllegalStateException.class, () -> RunRequest.builder().build());
    RunRequest.Builder builder = RunRequest.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.timeout(Duration.ZERO));
    for (String key : List.of("", "a\nb", "ü", "k".repeat(129))) {
      assertThrows(IllegalArgumentException.class, () -> builder.idempotencyKey(key));
    }
  }

  private ForgeApiException refused() {
    return assertThrows(ForgeApiException.class, () -> client.run("p"));
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
