package com.clawdforge.http.app.command;

import com.clawdforge.http.app.Main;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.Screen;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.kit.StubServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import picocli.CommandLine;

/** Runs {@code session} commands against a server that answers from a script. */
abstract class SessionCommandFixture {
  static final String SESSION =
      "{\"ok\":true,\"session_id\":\"s1\",\"agent\":\"claude\",\"model\":null,\"status\":\"open\","
          + "\"turn_count\":1,\"created_at\":1795238000,\"last_turn_at\":null,\"closed_at\":null,"
          + "\"meta\":{},\"permissions\":\"approve-all\",\"active_turn\":1,\"usage\":null,"
          + "\"cost_usd\":0.25}";
  static final String TURN = "POST /sessions/s1/turn";

  static final StandardInput NO_INPUT =
      StandardInput.of(
          StandardInput.Kind.OTHER, InputStream.nullInputStream(), Duration.ofSeconds(1));

  final Map<String, String> environment = new HashMap<>();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  Interrupts interrupts = first -> () -> {};
  StandardInput input = NO_INPUT;
  Screen screen = Screen.NONE;
  Shell.Terminals terminals =
      () -> {
        throw new IOException("there is no terminal");
      };
  StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    server.on("GET /sessions/s1", 200, SESSION).on("POST /sessions", 200, SESSION);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static String update(String name, String members) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"update\":"
        + "{\"sessionUpdate\":\""
        + name
        + "\","
        + members
        + "}}}";
  }

  static String said(String text) {
    return update(
        "agent_message_chunk", "\"content\":{\"type\":\"text\",\"text\":\"" + text + "\"}");
  }

  static String tool(String name, String members) {
    return update(name, "\"toolCallId\":\"t1\"," + members);
  }

  static String sse(String... events) {
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < events.length; i++) {
      stream.append("event: acp\nid: 1." + (i + 1) + "\ndata: " + events[i] + "\n\n");
    }
    return stream.toString();
  }

  static String end(String stopReason) {
    return "event: turn\ndata: " + answer(stopReason, "") + "\n\n";
  }

  static String answer(String stopReason, String events) {
    return "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":1,"
        + events
        + "\"stop_reason\":\""
        + stopReason
        + "\",\"duration_ms\":12}";
  }

  int session(Interrupts watching, String... arguments) {
    interrupts = watching;
    return session(arguments);
  }

  int session(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "session";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return clawdforge(all);
  }

  int clawdforge(String... arguments) {
    environment.put("CLAWDFORGE_URL", server.url());
    environment.put("CLAWDFORGE_TOKEN", "cf_x");
    CommandLine commands =
        Main.commands(environment, new Shell(interrupts, input, screen, terminals));
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    return commands.execute(arguments);
  }
}
