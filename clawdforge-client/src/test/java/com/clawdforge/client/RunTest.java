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
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RunTest {
  static final String ANSWER =
      "{\"ok\":true,\"result\":{\"qty\":2,\"price\":1.50},\"duration_ms\":4321,"
          + "\"stop_reason\":\"end_turn\"}";

  static final String USED =
      "{\"run_id\":\"run-1\",\"state\":\"completed\",\"created_at\":1,\"usage\":{\"input_tokens\":12,"
          + "\"output_tokens\":7,\"cache_read_input_tokens\":1,\"cache_creation_input_tokens\":2},"
          + "\"cost_usd\":0.5,\"session_id\":\"s1\",\"turn_index\":2}";

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
  void an_answer_may_have_warnings() {
    gateway
        .answers(200, ANSWER)
        .answers(200, ANSWER.replace("}", ",\"warnings\":[\"one\",\"two\",3]}"));
    assertEquals(List.of(), client.run("How many?").warnings());
    assertEquals(List.of("one", "two"), client.run("How many?").warnings());
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
    assertNull(result.usage());
    ForgeAnswerException e = assertThrows(ForgeAnswerException.class, () -> result.as(Order.class));
    assertEquals("two ✓", e.answer());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("RunTest$Order"), message);
    assertTrue(message.endsWith("the answer was: two ✓"), message);
  }

  record Checked(int qty) {
    Checked {
      if (qty > 1) {
        throw new IllegalArgumentException("too many");
      }
    }
  }

  @Test
  void an_answer_that_the_apps_own_type_refuses_is_told_with_its_reason_and_text() {
    gateway.answers(200, ANSWER).answers(200, ANSWER.replace("{\"qty\":2,\"price\":1.50}", "null"));
    RunRequest request = RunRequest.of("How many?");

    ForgeException e =
        assertThrows(ForgeAnswerException.class, () -> client.run(request, Checked.class));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("too many"), message);
    assertTrue(message.endsWith("{\"qty\":2,\"price\":1.50}"), message);
    assertThrows(ForgeAnswerException.class, () -> client.run(request, Checked.class));
  }

  @Test
  void a_message_has_no_more_than_the_beginning_of_a_long_answer() {
    String text = "x".repeat(299) + "😀".repeat(1_000);
    gateway.answers(
        200, "{\"ok\":true,\"result\":\"" + text + "\",\"duration_ms\":1,\"stop_reason\":null}");
    RunResult result = client.run("How many?");

    ForgeAnswerException e =
        assertThrows(
            ForgeAnswerException.class, () -> result.as(new TypeReference<List<Order>>() {}));
    assertEquals(text, e.answer());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.endsWith("the answer was: " + "x".repeat(299) + "…"), message);
    assertTrue(message.length() < 1_000, message);
  }

  @Test
  void the_tokens_of_a_run_are_asked_for_once_and_only_if_wanted() {
    gateway
        .answers(200, ANSWER, "X-Clawdforge-Run-Id", "run-1")
        .answers(503, "{}", "Retry-After", "1")
        .answers(200, USED);
    RunResult result = client.run("How many?");
    assertNull(result.costUsd());
    assertEquals(1, gateway.requests().size());

    assertEquals(new Usage(12, 7, 1, 2), result.usage());
    assertEquals(new Usage(12, 7, 1, 2), result.usage());
    assertEquals(3, gateway.requests().size());
    assertEquals("GET /runs/run-1", gateway.requests().get(2).line());
  }

  @Test
  void the_tokens_of_a_run_that_the_gateway_has_forgotten_cannot_be_told() {
    gateway
        .answers(200, ANSWER, "X-Clawdforge-Run-Id", "run-1")
        .answers(404, "{\"code\":\"not_found\",\"detail\":\"gone\"}")
        .answers(
            200, USED.replace("\"input_tokens\"", "\"x\"").replace("{\"x\"", "null,\"y\":{\"x\""));
    RunResult result = client.run("How many?");

    assertThrows(ForgeNotFoundException.class, result::usage);
    assertNull(result.usage());
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
  void a_request_checks_prompt_timeout_and_key() {
    assertThrows(IllegalStateException.class, () -> RunRequest.builder().build());
    RunRequest.Builder builder = RunRequest.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.timeout(Duration.ZERO));
    for (String key : List.of("", "a\nb", "ü", "k".repeat(129))) {
      assertThrows(IllegalArgumentException.class, () -> builder.idempotencyKey(key));
    }
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
  void a_run_starts_without_waiting() throws Exception {
    gateway.answers(202, "{\"ok\":true,\"run_id\":\"r1\",\"state\":\"queued\"}");

    assertEquals("r1", client.start(RunRequest.of("p")));

    assertTrue(gateway.requests().get(0).json().get("detach").booleanValue());
    assertNotNull(gateway.requests().get(0).header("Idempotency-Key"));
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
                + "\"error\":{\"code\":\"agent_failed\",\"detail\":\"why\"}}")
        .answers(
            200,
            "{\"run_id\":\"r1\",\"state\":\"failed\",\"created_at\":1,\"warnings\":[\"w\"],"
                + "\"error\":{\"code\":\"usage_limit_reached\",\"detail\":\"no\","
                + "\"resets_at\":\"2026-11-21T10:00:00.000Z\",\"limit\":\"five_hour\"}}");
    RunInfo queued = client.getRun("r1");
    assertEquals(WorkState.QUEUED, queued.state());
    assertNull(queued.startedAt());
    assertNull(queued.usage());
    assertNull(queued.result());
    RunInfo other = client.getRun("r1");
    assertEquals(WorkState.UNKNOWN, other.state());
    assertEquals(new Failure("agent_failed", "why"), other.error());
    assertEquals(List.of(), other.warnings());
    RunInfo limited = client.getRun("r1");
    assertEquals(
        new Failure(
            "usage_limit_reached", "no", Instant.parse("2026-11-21T10:00:00Z"), "five_hour"),
        limited.error());
    assertEquals(List.of("w"), limited.warnings());
  }
}
