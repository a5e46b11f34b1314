package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Main;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.kit.StubServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class RunCommandTest {
  // Nothing listens there: a valid request fails at the connection.
  private static final String NOBODY = "http://127.0.0.1:1";

  private static final String ANSWER =
      "{\"ok\":true,\"result\":\"hi\",\"duration_ms\":1,\"stop_reason\":\"end_turn\"}";

  private final StringWriter err = new StringWriter();
  private PrintWriter out = new PrintWriter(new StringWriter());
  private Interrupts interrupts = first -> () -> {};
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"--effort, high", "--effort, XHIGH", "--system-mode, replace"})
  void choices_are_taken_as_the_api_writes_them(String option, String value) {
    assertEquals(1, run(NOBODY, "cf_x", "hi", option, value));

    assertTrue(err.toString().contains("is the server running?"), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3601", "61m", "2h", "5 m", "99999999999999999"})
  void a_timeout_out_of_range_is_reported_before_anything_is_sent(String seconds) {
    assertEquals(2, run(NOBODY, "cf_x", "hi", "--timeout", seconds));

    assertTrue(
        err.toString().startsWith("clawdforge: --timeout must be from 1s to 1h"), err.toString());
  }

  @ParameterizedTest
  @CsvSource({"nonsense, cf_x", "http://user:pass@host, cf_x", "http://127.0.0.1:1, bad token"})
  void settings_that_cannot_be_used_are_one_line_without_their_values(String url, String token) {
    assertEquals(2, run(url, token, "hi"));

    assertTrue(
        err.toString().startsWith("clawdforge: check the CLAWDFORGE_ variables: "), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertTrue(!err.toString().contains("pass"), err.toString());
    assertTrue(!err.toString().contains(token), err.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, is not JSON",
    "'', has no JSON object",
    "' ', has no JSON object",
    "[], has no JSON object"
  })
  void a_file_that_is_no_schema_is_reported_in_one_line(String content, String told)
      throws Exception {
    Path schema = Files.writeString(folder.resolve("schema.json"), content);

    assertEquals(2, run(NOBODY, "cf_x", "hi", "--json-schema", schema.toString()));

    assertTrue(err.toString().startsWith("clawdforge: " + schema + " " + told), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void a_result_that_cannot_be_written_is_a_failure() throws Exception {
    try (StubServer server = new StubServer()) {
      server.streams("POST /run", "event: run\ndata: " + ANSWER + "\n\n");
      out = new PrintWriter(new FileWriter("/dev/full", StandardCharsets.UTF_8));

      assertEquals(1, run(server.url(), "cf_x", "hi"));

      assertTrue(err.toString().contains("standard output could not be written"), err.toString());
    }
  }

  @Test
  void a_timeout_has_a_unit_or_counts_seconds() throws Exception {
    try (StubServer server = new StubServer()) {
      server.streams("POST /run", "event: run\ndata: " + ANSWER + "\n\n");
      for (String time : List.of("300", "300s", "5m")) {
        assertEquals(0, run(server.url(), "cf_x", "hi", "--timeout", time), err::toString);
        assertEquals(300, server.asked("POST /run").json().path("timeout_secs").asInt());
      }
    }
  }

  @Test
  void server_and_token_can_be_options() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "cf_of_file\n");
    try (StubServer server = new StubServer()) {
      server.streams("POST /run", "event: run\ndata: " + ANSWER + "\n\n");

      assertEquals(
          0,
          run(NOBODY, "cf_x", "hi", "--url", server.url(), "--token-file", token.toString()),
          err::toString);

      assertEquals(
          "Bearer cf_of_file", server.asked("POST /run").headers().getFirst("Authorization"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--file", "--json-schema"})
  void a_folder_in_place_of_a_file_is_not_blamed_on_the_server(String option) {
    assertEquals(2, run(NOBODY, "cf_x", "hi", option, folder.toString()));

    assertEquals("clawdforge: cannot read " + folder, err.toString().strip());
  }

  @ParameterizedTest
  @CsvSource({"--tools=, []", "'--tools=Read,Bash', '[\"Read\",\"Bash\"]'"})
  void tools_are_named_in_the_option_and_none_is_an_empty_one(String option, String sent)
      throws Exception {
    try (StubServer server = new StubServer()) {
      server.streams("POST /run", "event: run\ndata: " + ANSWER + "\n\n");

      assertEquals(0, run(server.url(), "cf_x", option, "hi"), err::toString);
      JsonNode request = server.asked("POST /run").json();
      assertEquals(sent, request.path("tools").toString());
      assertEquals("hi", request.path("prompt").asText());
    }
  }

  @Test
  @Timeout(60)
  void ctrl_c_cancels_the_run_at_the_server() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    try (StubServer server = new StubServer()) {
      server
          .on(
              "POST /runs/r1/cancel",
              exchange -> {
                StubServer.send(exchange, 200, "application/json", "{\"cancelled\":true}");
                cancelled.countDown();
              })
          .on(
              "POST /run",
              exchange -> {
                exchange.getResponseHeaders().set("X-Clawdforge-Run-Id", "r1");
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                if (cancelled.await(20, TimeUnit.SECONDS)) {
                  exchange
                      .getResponseBody()
                      .write(
                          ("event: error\ndata: {\"status\":502,\"code\":\"agent_failed\","
                                  + "\"detail\":\"the run was cancelled\"}\n\n")
                              .getBytes(StandardCharsets.UTF_8));
                }
              });
      interrupts =
          first -> {
            Thread person = Thread.ofPlatform().name("ctrl-c").start(first);
            return person::interrupt;
          };

      assertEquals(130, run(server.url(), "cf_x", "hi"), err::toString);

      assertEquals(0, cancelled.getCount());
      assertEquals(
          List.of(
              "",
              "cancelling the run; Ctrl-C again leaves without waiting",
              "the run was cancelled"),
          err.toString().lines().toList());
    }
  }

  private int run(String url, String token, String... arguments) {
    CommandLine commands =
        Main.commands(
            Map.of("CLAWDFORGE_URL", url, "CLAWDFORGE_TOKEN", token),
            Shell.without(interrupts, SessionCommandFixture.NO_INPUT));
    commands.setOut(out);
    commands.setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "run";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return commands.execute(all);
  }
}
