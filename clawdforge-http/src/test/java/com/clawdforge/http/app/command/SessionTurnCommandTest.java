package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code session turn}, against a server that answers from a script. */
@Timeout(60)
final class SessionTurnCommandTest extends SessionCommandFixture {
  @TempDir private Path folder;

  @Test
  void a_turn_prints_the_agents_text_and_its_tool_calls_separately() {
    server.streams(
        TURN,
        sse(
                said("Let me look."),
                tool(
                    "tool_call",
                    "\"title\":\"Terminal\",\"kind\":\"execute\",\"status\":\"pending\""),
                tool("tool_call_update", "\"title\":\"ls\\u001b[2J\""),
                tool("tool_call_update", "\"status\":\"in_progress\""),
                tool("tool_call_update", "\"status\":\"failed\""),
                said("All "),
                said("is well."))
            + end("end_turn"));

    assertEquals(0, session("turn", "s1", "How is it?"), err::toString);

    assertEquals("Let me look.\nAll is well.\n", out.toString());
    assertEquals(
        List.of("[execute] ls [2J", "[execute failed] ls [2J", "turn 1: end_turn, 12 ms"),
        err.toString().lines().toList());
  }

  @Test
  void what_the_agent_remarks_is_no_part_of_its_text() {
    String retry =
        "{\"method\":\"_claude/sdkMessage\",\"params\":{\"message\":"
            + "{\"subtype\":\"api_retry\",\"error_status\":529}}}";
    String remark =
        said("API Error: Overloaded")
            .replace(
                "\"agent_message_chunk\"",
                "\"agent_message_chunk\",\"messageId\":\"0f7c2f5e-55a1-4c0e-8a53-6b1b6f1f0a11\"");
    server.streams(TURN, sse(retry, remark, said("Done.")) + end("end_turn"));

    assertEquals(0, session("turn", "s1", "Go"), err::toString);

    assertEquals("Done.\n", out.toString());
    assertEquals(
        List.of(
            "the model's provider is asked again: it answered 529",
            "API Error: Overloaded",
            "turn 1: end_turn, 12 ms"),
        err.toString().lines().toList());
  }

  @Test
  void the_text_is_there_before_the_turn_is_over() {
    CountDownLatch seen = new CountDownLatch(1);
    server.on(
        TURN,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          write(exchange.getResponseBody(), sse(said("early")));
          Installation.await("the text", () -> out.toString().equals("early"));
          seen.countDown();
          write(exchange.getResponseBody(), end("end_turn"));
        });

    assertEquals(0, session("turn", "s1", "hi"), err::toString);
    assertEquals(0, seen.getCount());
  }

  @Test
  void a_turn_without_streaming_prints_the_same() {
    server.on(
        TURN, 200, answer("end_turn", "\"events\":[" + said("Hel") + "," + said("lo") + "],"));

    assertEquals(0, session("turn", "s1", "hi", "--no-stream"), err::toString);

    assertEquals("Hello\n", out.toString());
    assertEquals("turn 1: end_turn, 12 ms", err.toString().strip());
  }

  @Test
  void a_turn_as_json_is_the_answer_of_the_server() throws Exception {
    String answer = answer("end_turn", "\"events\":[" + said("Hello") + "],");
    server.on(TURN, 200, answer);

    assertEquals(0, session("turn", "s1", "hi", "--json"), err::toString);

    assertEquals(new JsonMapper().readTree(answer), Cli.json(out.toString()));
  }

  @Test
  void files_are_uploaded_and_named_in_the_turn_with_its_timeout() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    server
        .on("POST /files", 200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}")
        .streams(TURN, end("end_turn"));

    assertEquals(
        0, session("turn", "s1", "hi", "--file", file.toString(), "--timeout", "5"), err::toString);

    assertEquals(
        new JsonMapper().readTree("{\"prompt\":\"hi\",\"files\":[\"ff_1\"],\"timeout_secs\":5}"),
        server.asked(TURN).json());
  }

  @Test
  void a_detached_turn_is_its_number_and_how_to_follow_it() throws Exception {
    server.on(TURN, 202, "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":4}");

    assertEquals(0, session("turn", "s1", "hi", "--detach"), err::toString);

    assertEquals("4", out.toString().strip());
    assertEquals("follow it: " + ProgramName.typed("session events s1 4"), err.toString().strip());
    assertTrue(server.asked(TURN).json().path("detach").asBoolean());
  }

  @Test
  void ctrl_c_cancels_the_turn_and_keeps_the_text_so_far() {
    CountDownLatch cancelled = new CountDownLatch(1);
    server
        .on(
            "POST /sessions/s1/turns/1/cancel",
            exchange -> {
              byte[] yes = "{\"ok\":true,\"cancelled\":true}".getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, yes.length);
              exchange.getResponseBody().write(yes);
              cancelled.countDown();
            })
        .on(
            TURN,
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
              exchange.getResponseHeaders().set("Content-Location", "/sessions/s1/turns/1/events");
              exchange.sendResponseHeaders(200, 0);
              write(exchange.getResponseBody(), sse(said("half of")));
              if (cancelled.await(20, TimeUnit.SECONDS)) {
                write(exchange.getResponseBody(), end("cancelled"));
              }
            });
    Interrupts atOnce =
        first -> {
          Thread person = Thread.ofPlatform().name("ctrl-c").start(first);
          return person::interrupt;
        };

    assertEquals(130, session(atOnce, "turn", "s1", "hi"), err::toString);

    assertEquals("half of\n", out.toString());
    assertTrue(err.toString().contains("cancelling the turn; Ctrl-C again"), err.toString());
    assertTrue(
        err.toString().contains("the session is open: " + ProgramName.typed("session turn s1")),
        err.toString());
  }

  @Test
  void a_turn_that_another_client_cancelled_is_a_failure() {
    server.streams(TURN, end("cancelled"));

    assertEquals(1, session("turn", "s1", "hi"));

    assertTrue(err.toString().contains("the turn was cancelled"), err.toString());
  }

  @Test
  void a_turn_that_fails_midway_keeps_its_text_and_gives_the_reason() {
    server.streams(
        TURN,
        sse(said("half of"))
            + "event: error\n"
            + "data: {\"status\":502,\"code\":\"agent_failed\",\"detail\":\"it"
            + " broke\",\"stderr_tail\":\"boom\"}\n\n");

    assertEquals(1, session("turn", "s1", "hi"));

    assertEquals("half of\n", out.toString());
    assertTrue(err.toString().contains("clawdforge: it broke (502 agent_failed)"), err.toString());
    assertTrue(err.toString().contains("the agent said: boom"), err.toString());
  }

  @Test
  void a_missing_session_is_reported_before_files_are_sent() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "a");

    assertEquals(1, session("turn", "s2", "hi", "--file", file.toString()));

    assertTrue(err.toString().contains("(404 not_found)"), err.toString());
    assertTrue(server.lines().stream().allMatch(line -> line.startsWith("GET ")), err::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3601", "soon"})
  void a_timeout_out_of_range_is_reported_before_anything_is_sent(String seconds) {
    assertEquals(2, session("turn", "s1", "hi", "--timeout", seconds));

    assertTrue(err.toString().contains("--timeout"), err.toString());
    assertEquals(List.of(), server.lines());
  }

  private static void write(OutputStream to, String text) throws IOException {
    to.write(text.getBytes(StandardCharsets.UTF_8));
    to.flush();
  }
}
