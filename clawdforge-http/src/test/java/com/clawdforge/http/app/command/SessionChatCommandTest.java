package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.terminal.Screen;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.StubServer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code session chat} on a terminal of this test, and in a pipe. */
@Timeout(60)
final class SessionChatCommandTest extends SessionCommandFixture {
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private LineDisciplineTerminal terminal;
  @TempDir private Path folder;

  @BeforeEach
  void openTerminal() throws Exception {
    terminal = new LineDisciplineTerminal("test", "ansi", shown, StandardCharsets.UTF_8);
    terminals = () -> terminal;
    environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
    server.streams(TURN, sse(said("# Hello"), said("\\u001b]0;x\\u0007")) + end("end_turn"));
  }

  @AfterEach
  void closeTerminal() throws Exception {
    terminal.close();
  }

  private String screenText() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  private void type(String keys) throws Exception {
    terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
  }

  private void await(String text) throws Exception {
    Installation.await(text, () -> screenText().contains(text));
  }

  private CompletableFuture<Integer> chat(String... options) {
    input =
        StandardInput.of(
            StandardInput.Kind.TERMINAL, InputStream.nullInputStream(), Duration.ofSeconds(1));
    screen = new Screen(true, true, true, true);
    String[] all = new String[options.length + 1];
    all[0] = "chat";
    System.arraycopy(options, 0, all, 1, options.length);
    return CompletableFuture.supplyAsync(() -> session(all));
  }

  private String prompt() throws Exception {
    return server.asked(TURN).json().path("prompt").asText();
  }

  private void piped(String lines) {
    input =
        StandardInput.of(
            StandardInput.Kind.PIPE,
            new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
            Duration.ofSeconds(1));
  }

  @Test
  void a_new_session_is_opened_answers_and_stays_open() throws Exception {
    CompletableFuture<Integer> chat = chat("--model", "opus", "--name", "n");
    await("session s1, claude; /help lists the commands");
    type("How is it?\r");
    await("\u001b[1mHello]0;x\u001b[22m");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
    assertEquals("How is it?", prompt());
    assertEquals(
        new JsonMapper().readTree("{\"model\":\"opus\",\"meta\":{\"name\":\"n\"}}"),
        server.asked("POST /sessions").json());
    await("the session is open; come back: " + ProgramName.typed("session chat s1"));
    assertFalse(server.lines().contains("DELETE /sessions/s1"));
    assertFalse(screenText().contains("\u001b]0;x"), this::screenText);
  }

  @Test
  void an_old_session_goes_on_and_is_closed_on_request() throws Exception {
    server.on("DELETE /sessions/s1", 200, "{\"ok\":true}");
    CompletableFuture<Integer> chat = chat("s1", "--close");
    await("session s1");
    type("/quit\r");

    assertEquals(0, chat.get(), this::screenText);
    assertTrue(server.lines().contains("DELETE /sessions/s1"));
    assertFalse(server.lines().contains("POST /sessions"));
    assertEquals(2, session("chat", "s1", "--model", "opus"));
  }

  @Test
  void a_backslash_and_a_fence_go_on_in_the_next_line() throws Exception {
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("one\\\rtwo\r");
    await("Hello");
    assertEquals("one\ntwo", prompt());

    type("```\ra \\\r\r```\r");
    Installation.await("the second turn", () -> prompt().equals("```\na \\\n\n```"));
    // Before it is read key by key, the terminal would make another key of Alt-Enter.
    Installation.await(
        "the next prompt",
        () -> !terminal.getAttributes().getLocalFlag(Attributes.LocalFlag.ICANON));
    type("x\u001b\ry\r");
    Installation.await("the third turn", () -> prompt().equals("x\ny"));
    type(CTRL_D);
    assertEquals(0, chat.get(), this::screenText);
  }

  @Test
  void files_go_with_the_next_prompt_alone() throws Exception {
    server.on("POST /files", 200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("/files\r");
    await("no files; /attach FILE adds one");
    type("/attach " + folder.resolve("none") + "\r");
    await("cannot read " + folder.resolve("none"));
    type("/attach " + file + "\r");
    await("a.txt goes with the next prompt");
    type("/attahc x\r");
    await("/attahc is no command");
    type("look\r");
    await("Hello");
    assertEquals("[\"ff_1\"]", server.asked(TURN).json().path("files").toString());
    type("/etc/hosts is what?\r");
    Installation.await("a path", () -> prompt().equals("/etc/hosts is what?"));
    assertFalse(server.asked(TURN).json().has("files"));
    type(CTRL_D);
    assertEquals(0, chat.get(), this::screenText);
  }

  @Test
  void a_failed_turn_does_not_end_the_chat() throws Exception {
    server.on(TURN, 502, "{\"code\":\"agent_failed\",\"detail\":\"it broke\"}");
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("hi\r");
    await("it broke (502 agent_failed)");
    server.on("POST /sessions/s1/cancel", 200, "{\"cancelled\":false}");
    type("/cancel\r");
    await("no turn was running");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
  }

  @Test
  void a_closed_session_ends_it() throws Exception {
    server.on(TURN, 410, "{\"code\":\"session_closed\",\"detail\":\"it is closed\"}");
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("hi\r");

    assertEquals(1, chat.get(), this::screenText);
    await("it is closed (410 session_closed)");
    assertFalse(screenText().contains("come back"), this::screenText);
  }

  @Test
  void ctrl_c_cancels_the_turn_and_keeps_the_chat() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    server
        .on(
            "POST /sessions/s1/turns/1/cancel",
            exchange -> {
              StubServer.send(exchange, 200, "application/json", "{\"cancelled\":true}");
              cancelled.countDown();
            })
        .on(
            TURN,
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
              exchange.getResponseHeaders().set("Content-Location", "/sessions/s1/turns/1/events");
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().flush();
              if (cancelled.await(20, TimeUnit.SECONDS)) {
                exchange.getResponseBody().write(end("cancelled").getBytes(StandardCharsets.UTF_8));
              }
            });
    interrupts =
        first -> {
          Thread person = Thread.ofPlatform().name("ctrl-c").start(first);
          return person::interrupt;
        };
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("hi\r");
    await("the turn was cancelled");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
    assertTrue(screenText().contains("cancelling the turn; Ctrl-C again"), this::screenText);
  }

  @Test
  void ctrl_c_at_an_empty_prompt_says_how_to_leave_and_twice_leaves() throws Exception {
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    await("> ");
    type("half" + CTRL_C);
    type(CTRL_C);
    await("Ctrl-D or /quit leaves, and so does another Ctrl-C");
    type("/files\r");
    await("no files");
    type(CTRL_C);
    Installation.await(
        "told again", () -> screenText().split("Ctrl-D or /quit leaves", -1).length == 3);
    assertFalse(chat.isDone());
    type(CTRL_C);

    assertEquals(130, chat.get(), this::screenText);
    assertFalse(server.lines().contains(TURN));
  }

  @Test
  void prompts_are_kept_for_their_owner_alone() throws Exception {
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("remember me\r");
    await("Hello");
    type(CTRL_D);
    assertEquals(0, chat.get(), this::screenText);

    Path history = folder.resolve("state/clawdforge/chat-history");
    assertTrue(Files.readString(history).contains("remember me"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(history)));
  }

  @Test
  void each_line_of_a_pipe_is_a_prompt() throws Exception {
    piped("one\n\ntwo\\\nthree\n");

    assertEquals(0, session("chat", "s1"), err::toString);

    assertEquals("two\nthree", prompt());
    assertEquals(2, server.lines().stream().filter(TURN::equals).count());
    assertEquals("# Hello\u001b]0;x\u0007\n".repeat(2), out.toString());
    assertTrue(
        err.toString().contains("come back: " + ProgramName.typed("session chat s1")),
        err::toString);
  }

  @Test
  void a_failed_turn_of_a_pipe_is_a_failure_at_the_end() {
    server.on(TURN, 502, "{\"code\":\"agent_failed\",\"detail\":\"it broke\"}");
    piped("one\ntwo\n");

    assertEquals(1, session("chat", "s1"));

    assertEquals(2, server.lines().stream().filter(TURN::equals).count());
  }

  @Test
  void a_file_that_is_gone_is_said_and_the_chat_goes_on_without_it() throws Exception {
    server.on("DELETE /sessions/s1", 200, "{\"ok\":true}");
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    CompletableFuture<Integer> chat = chat("s1", "--close");
    await("session s1");
    type("/attach " + file + "\r");
    await("a.txt goes with the next prompt");
    Files.delete(file);
    type("look\r");
    await("cannot read " + file + "; the prompt was not sent");
    assertFalse(server.lines().contains(TURN));
    type("go on\r");
    await("Hello");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
    assertFalse(server.asked(TURN).json().has("files"));
    assertTrue(server.lines().contains("DELETE /sessions/s1"));
  }

  @Test
  void a_name_that_no_file_can_have_is_said_and_the_chat_goes_on() throws Exception {
    piped("/attach a\0b\none\n");

    assertEquals(0, session("chat", "s1"), err::toString);

    assertTrue(err.toString().contains("no file has this name: Nul character"), err::toString);
    assertEquals("one", prompt());
  }

  @Test
  void a_pipe_that_is_not_utf_8_is_a_failure_and_the_session_is_closed_on_request() {
    server.on("DELETE /sessions/s1", 200, "{\"ok\":true}");
    input =
        StandardInput.of(
            StandardInput.Kind.PIPE,
            new ByteArrayInputStream("caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)),
            Duration.ofSeconds(1));

    assertEquals(2, session("chat", "s1", "--close"), err::toString);

    assertTrue(err.toString().contains("standard input is not text in UTF-8"), err::toString);
    assertFalse(err.toString().contains("\tat "), err::toString);
    assertTrue(server.lines().contains("DELETE /sessions/s1"));
  }

  @Test
  void a_space_before_a_slash_sends_the_line() throws Exception {
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type(" /quit\r");
    await("Hello");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
    assertEquals("/quit", prompt());
  }

  @Test
  void files_of_a_turn_that_failed_after_it_was_sent_do_not_go_along_again() throws Exception {
    server.on("POST /files", 200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    server.streams(
        TURN,
        "event: error\ndata: {\"status\":502,\"code\":\"agent_failed\",\"detail\":\"it broke\"}\n\n");
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    CompletableFuture<Integer> chat = chat("s1");
    await("session s1");
    type("/attach " + file + "\r");
    await("a.txt goes with the next prompt");
    type("look\r");
    await("it broke");
    assertEquals("[\"ff_1\"]", server.asked(TURN).json().path("files").toString());
    type("/files\r");
    await("no files; /attach FILE adds one");
    type(CTRL_D);

    assertEquals(0, chat.get(), this::screenText);
  }
}
