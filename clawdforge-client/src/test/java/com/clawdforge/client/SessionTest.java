package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.internal.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SessionTest {
  static final String OPEN =
      "{\"ok\":true,\"session_id\":\"s1\",\"agent\":\"claude\",\"model\":null,\"status\":\"open\","
          + "\"turn_count\":0,\"created_at\":1795238000,\"last_turn_at\":null,\"closed_at\":null,"
          + "\"meta\":{\"a\":1},\"permissions\":\"approve-all\"}";
  static final String TURN =
      "{\"ok\":true,\"session_id\":\"s1\",\"turn_index\":2,\"events\":["
          + chunk("Hel")
          + ","
          + tool("tool_call", "\"title\":\"ls\",\"kind\":\"execute\",\"status\":\"pending\"")
          + ","
          + tool("tool_call_update", "\"status\":\"completed\"")
          + ","
          + chunk("lo")
          + ",{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}],"
          + "\"stop_reason\":\"end_turn\",\"duration_ms\":12}";

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

  static String chunk(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"update\":"
        + "{\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\""
        + text
        + "\"}}}}";
  }

  static String tool(String update, String members) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"update\":"
        + "{\"sessionUpdate\":\""
        + update
        + "\",\"toolCallId\":\"t1\","
        + members
        + "}}}";
  }

  private Session open() {
    gateway.answers(200, OPEN);
    return client.session(SessionOptions.agent("claude"));
  }

  @Test
  void a_session_opens_with_all_its_options() throws Exception {
    gateway.answers(200, OPEN);
    Session session =
        client.session(
            SessionOptions.builder()
                .agent("claude")
                .model("opus")
                .system("s")
                .systemMode(SystemMode.REPLACE)
                .permissions(Permissions.policy(List.of("read"), List.of("execute"), false))
                .network(Network.NONE)
                .allowedTools(List.of("Read"))
                .background(true)
                .maxTurns(3)
                .meta(Json.object().put("a", 1))
                .idempotencyKey("mine")
                .build());

    assertEquals("s1", session.id());
    StubGateway.Request asked = gateway.requests().get(0);
    assertEquals("POST /sessions", asked.line());
    assertEquals("mine", asked.header("Idempotency-Key"));
    assertEquals(
        Json.MAPPER.readTree(
            "{\"agent\":\"claude\",\"model\":\"opus\",\"system\":\"s\",\"system_mode\":\"replace\","
                + "\"permissions\":{\"auto_approve\":[\"read\"],\"auto_deny\":[\"execute\"],"
                + "\"default\":\"deny\"},\"network\":\"none\",\"allowed_tools\":[\"Read\"],\"background\":true,"
                + "\"max_turns\":3,"
                + "\"meta\":{\"a\":1}}"),
        asked.json());
  }

  @Test
  void a_session_without_options_leaves_everything_to_the_gateway() throws Exception {
    gateway.answers(200, OPEN).answers(200, OPEN);
    SessionOptions options = SessionOptions.builder().build();
    client.session(options);
    client.session(options);

    assertEquals(Json.object(), gateway.requests().get(0).json());
    assertNotEquals(
        gateway.requests().get(0).header("Idempotency-Key"),
        gateway.requests().get(1).header("Idempotency-Key"));
  }

  @Test
  void a_session_has_all_its_members() {
    gateway.answers(
        200,
        "{\"ok\":true,\"session_id\":\"s/1\",\"agent\":\"claude\",\"model\":\"opus\","
            + "\"status\":\"closed\",\"turn_count\":2,\"created_at\":1,\"last_turn_at\":2,"
            + "\"closed_at\":3,\"meta\":{\"a\":1},\"permissions\":\"deny-all\",\"network\":\"model\",\"active_turn\":2,"
            + "\"usage\":{\"input_tokens\":1,\"output_tokens\":2},\"cost_usd\":0.5}");
    SessionInfo info = client.getSession("s/1").info();

    assertEquals("GET /sessions/s%2F1", gateway.requests().get(0).line());
    assertEquals("opus", info.model());
    assertEquals("closed", info.status());
    assertEquals(2, info.turnCount());
    assertEquals(Instant.ofEpochSecond(1), info.createdAt());
    assertEquals(Instant.ofEpochSecond(2), info.lastTurnAt());
    assertEquals(Instant.ofEpochSecond(3), info.closedAt());
    assertEquals(2, info.activeTurn());
    assertEquals(new Usage(1, 2, 0, 0), info.usage());
    assertEquals(new BigDecimal("0.5"), info.costUsd());
    assertEquals(1, info.meta().path("a").intValue());
    assertEquals(Permissions.DENY_ALL, info.permissions());
    assertEquals(Network.MODEL, info.network());
  }

  @Test
  void all_pages_of_sessions_are_listed() {
    String one = OPEN.replace("s1", "s2");
    gateway
        .answers(200, "{\"ok\":true,\"sessions\":[" + one + "],\"next_cursor\":\"c\"}")
        .answers(200, "{\"ok\":true,\"sessions\":[" + OPEN + "],\"next_cursor\":null}");

    List<SessionInfo> sessions = client.sessions(true);

    assertEquals(List.of("s2", "s1"), sessions.stream().map(SessionInfo::sessionId).toList());
    assertEquals("GET /sessions?include_closed=true&limit=200", gateway.requests().get(0).line());
    assertEquals(
        "GET /sessions?include_closed=true&limit=200&cursor=c", gateway.requests().get(1).line());
    assertNull(sessions.get(0).activeTurn());
  }

  @Test
  void closing_a_session_is_idempotent() {
    Session session = open();
    gateway.answers(200, "{\"ok\":true,\"session_id\":\"s1\",\"already_closed\":false}");

    session.close();
    session.close();

    assertEquals(2, gateway.requests().size());
    assertEquals("DELETE /sessions/s1", gateway.requests().get(1).line());
  }

  @Test
  void a_close_that_failed_can_be_tried_again() {
    Session session = open();
    gateway
        .answers(500, "{\"code\":\"internal_error\",\"detail\":\"x\"}")
        .answers(200, "{\"ok\":true,\"session_id\":\"s1\",\"already_closed\":false}");

    assertThrows(ForgeApiException.class, session::close);
    session.close();

    assertEquals(3, gateway.requests().size());
  }

  @Test
  void a_session_that_the_gateway_has_forgotten_counts_as_closed() {
    Session session = open();
    gateway.answers(404, "{\"code\":\"not_found\",\"detail\":\"no session s1\"}");

    session.close();

    assertEquals(2, gateway.requests().size());
  }

  @Test
  void closing_by_id_returns_whether_the_session_was_open() {
    gateway
        .answers(200, "{\"ok\":true,\"session_id\":\"s1\",\"already_closed\":false}")
        .answers(200, "{\"ok\":true,\"session_id\":\"s1\",\"already_closed\":true}");

    assertTrue(client.closeSession("s1"));
    assertFalse(client.closeSession("s1"));
  }

  @Test
  void nothing_prints_prompts_or_answers() {
    gateway.answers(200, OPEN.replace("\"a\":1", "\"a\":\"secret\""));
    Session session = client.session(SessionOptions.builder().system("secret").build());
    gateway.answers(200, TURN.replace("Hel", "secret").replace("ls", "secret"));
    TurnResult result = session.turn("secret");

    for (Object shown :
        List.of(
            session,
            session.info(),
            result,
            result.events(),
            TurnRequest.of("secret"),
            SessionOptions.builder().system("secret").build())) {
      assertFalse(shown.toString().contains("secret"), shown::toString);
    }
  }

  @Test
  void reattaching_a_session_does_not_ask_the_gateway() {
    gateway.answers(200, TURN).answers(200, OPEN);

    Session session = client.reattach("s1");
    assertEquals("Hello", session.turn("Hi").text());
    assertEquals("s1", session.info().sessionId());
    assertEquals("s1", session.info().sessionId());

    assertEquals(
        List.of("POST /sessions/s1/turn", "GET /sessions/s1"),
        gateway.requests().stream().map(StubGateway.Request::line).toList());
  }

  @Test
  void options_check_their_key() {
    SessionOptions.Builder options = SessionOptions.builder();
    assertThrows(IllegalArgumentException.class, () -> options.idempotencyKey(""));
  }
}
