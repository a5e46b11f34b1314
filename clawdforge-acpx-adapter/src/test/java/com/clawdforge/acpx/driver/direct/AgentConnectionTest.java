package com.clawdforge.acpx.driver.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions that share an adapter. */
final class AgentConnectionTest {
  private final AgentConnection connection = new AgentConnection();
  private final Heard one = new Heard();
  private final Heard other = new Heard();

  private static final class Heard implements AgentConnection.Receiver {
    final List<String> heard = new ArrayList<>();

    @Override
    public void onNotification(AcpMessage message, byte[] line) {
      heard.add(message.method());
    }

    @Override
    public @Nullable Supplier<ObjectNode> onRequest(AcpMessage request, byte[] line) {
      return null;
    }

    @Override
    public void onAnswered(byte[] response) {}

    @Override
    public void onTooMuch(String what) {
      heard.add(what);
    }

    @Override
    public void onEnd() {
      heard.add("end");
    }
  }

  AgentConnectionTest() {
    connection.receive("s-1", one);
    connection.receive("s-2", other);
  }

  @Test
  void a_line_that_is_too_long_ends_only_its_own_session() {
    assertTrue(
        connection.onTooLong(
            bytes(
                "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\" : \"s-1\","
                    + "\"update\":{\"text\":\"\\\"sessionId\\\":\\\"s-2\\\" and"),
            "a line"));
    connection.onLine(
        bytes("{\"method\":\"session/update\",\"params\":{\"sessionId\":\"s-2\",\"update\":{}}}"));

    assertEquals(List.of("a line"), one.heard);
    assertEquals(List.of("session/update"), other.heard);
    assertTrue(connection.open());
  }

  @Test
  void one_that_is_nobodys_ends_all() {
    assertFalse(connection.onTooLong(bytes("{\"id\":7,\"result\":{\"text\":\"aaa"), "a line"));
    assertFalse(
        connection.onTooLong(bytes("{\"params\":{\"sessionId\":\"s-3\",\"update\""), "a line"));
    connection.onTooMuch("a line");

    assertEquals(List.of("a line"), one.heard);
    assertEquals(List.of("a line"), other.heard);
    assertFalse(connection.open());
  }

  @Test
  void an_adapter_that_floods_what_belongs_to_no_session_ends_all() {
    List<byte[]> strays =
        List.of(
            bytes("{\"x\":\"" + "y".repeat(4 << 20) + "\"}"),
            bytes("no message " + "y".repeat(4 << 20)),
            bytes("{\"id\":99,\"result\":\"" + "y".repeat(4 << 20) + "\"}"),
            bytes(
                "{\"method\":\"session/update\",\"params\":{\"sessionId\":\"s-3\",\"x\":\""
                    + "y".repeat(4 << 20)
                    + "\"}}"));
    for (int i = 0; i < 15; i++) {
      connection.onLine(strays.get(i % strays.size()));
    }
    assertTrue(connection.open());

    connection.onLine(strays.get(0));
    connection.onLine(strays.get(1));

    assertEquals(List.of("more than 67108864 bytes"), one.heard);
    assertEquals(List.of("more than 67108864 bytes"), other.heard);
    assertFalse(connection.open());
  }

  @Test
  void what_belongs_to_no_session_is_counted_from_our_last_request_on() {
    byte[] stray = bytes("no message " + "y".repeat(15 << 20));
    for (int i = 0; i < 12; i++) {
      if (i % 4 == 0) {
        connection.ask("x", Json.object());
      }
      connection.onLine(stray);
    }

    assertEquals(List.of(), one.heard);
    assertTrue(connection.open());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
