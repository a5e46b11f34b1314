package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.internal.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client is built and configured. */
final class ForgeClientTest {
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
  void the_clients_defaults_fill_in_requests() throws Exception {
    String session =
        "{\"ok\":true,\"session_id\":\"s\",\"agent\":\"claude\",\"model\":null,"
            + "\"status\":\"open\",\"turn_count\":0,\"created_at\":1,\"last_turn_at\":null,"
            + "\"closed_at\":null,\"meta\":{},\"permissions\":\"approve-all\"}";
    String turn =
        "{\"ok\":true,\"session_id\":\"s\",\"turn_index\":1,\"events\":[],"
            + "\"stop_reason\":\"end_turn\",\"duration_ms\":1}";
    gateway.answers(200, RunTest.ANSWER).answers(200, RunTest.ANSWER);
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
        gateway.answers(200, RunTest.ANSWER);
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
  void a_gateway_reports_its_health() {
    gateway.answers(
        200,
        "{\"ok\":true,\"claude_present\":true,\"claude_version\":\"2.1\",\"acpx_present\":false,"
            + "\"acpx_version\":null,\"open_sessions\":3,\"version\":\"0.1\",\"uptime_secs\":42}");

    assertEquals(
        new Health("0.1", true, "2.1", false, null, 3, Duration.ofSeconds(42)), client.health());
  }

  @Test
  void health_names_programs_that_the_gateway_was_not_tested_with() {
    gateway.answers(
        200,
        "{\"ok\":true,\"claude_present\":true,\"claude_version\":\"2.1.340\",\"acpx_present\":false,"
            + "\"acpx_version\":null,\"open_sessions\":0,\"version\":\"0.1\",\"uptime_secs\":1,"
            + "\"untested\":[\"claude 2.1.340\",\"codex 0.171.0\"]}");

    assertEquals(List.of("claude 2.1.340", "codex 0.171.0"), client.health().untested());
  }

  @Test
  void health_without_untested_programs_has_an_empty_list_of_them() {
    gateway.answers(200, "{\"ok\":true,\"claude_present\":true,\"acpx_present\":true}");

    assertEquals(List.of(), client.health().untested());
  }

  @Test
  void untested_programs_of_a_health_cannot_be_changed() {
    List<String> programs = new ArrayList<>(List.of("claude 2.1.340"));
    Health health = new Health("0.1", true, null, true, null, 0, null, programs);
    programs.clear();

    assertEquals(List.of("claude 2.1.340"), health.untested());
    assertThrows(UnsupportedOperationException.class, () -> health.untested().clear());
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
    gateway.answers(200, RunTest.ANSWER);
    try (ForgeClient behindProxy =
        ForgeClient.builder().baseUrl(gateway.url() + "/forge/").token("t").build()) {
      behindProxy.run("p");
      assertEquals("POST /forge/run", gateway.requests().get(0).line());
    }
  }

  @Test
  void a_client_without_a_base_url_uses_the_gateway_of_this_machine() {
    try (ForgeClient local = ForgeClient.builder().token("t").build()) {
      assertEquals("ForgeClient[http://127.0.0.1:8800]", local.toString());
    }
    assertThrows(IllegalStateException.class, () -> ForgeClient.builder().build());
  }

  @Test
  void a_file_may_hold_the_token(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), " cf_in-a-file\n");
    gateway.answers(200, RunTest.ANSWER);
    try (ForgeClient filed = ForgeClient.builder().baseUrl(gateway.url()).tokenFile(file).build()) {
      filed.run("p");
    }
    assertEquals("Bearer cf_in-a-file", gateway.requests().get(0).header("Authorization"));

    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    ForgeClient.Builder builder = ForgeClient.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.tokenFile(empty));
    assertThrows(UncheckedIOException.class, () -> builder.tokenFile(folder.resolve("none")));
  }

  @Test
  void the_environment_configures_a_client() {
    Map<String, String> set = Map.of("CLAWDFORGE_URL", " http://h:1/ ", "CLAWDFORGE_TOKEN", "t\n");
    try (ForgeClient configured = ForgeClient.from(set::get)) {
      assertEquals("ForgeClient[http://h:1]", configured.toString());
    }
    try (ForgeClient configured =
        ForgeClient.from(Map.of("CLAWDFORGE_URL", " ", "CLAWDFORGE_TOKEN", "t")::get)) {
      assertEquals("ForgeClient[http://127.0.0.1:8800]", configured.toString());
    }
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> ForgeClient.from(Map.of("CLAWDFORGE_URL", "http://h")::get));
    assertEquals("set the environment variable CLAWDFORGE_TOKEN", e.getMessage());
  }
}
