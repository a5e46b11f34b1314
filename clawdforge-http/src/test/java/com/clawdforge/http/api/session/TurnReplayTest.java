package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of a turn that are read later, or from where a connection broke. */
final class TurnReplayTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final String[] LINES = {"{\"a\" : 1}", "{\"b\":\"gr\u00fc\u00dfe\"}", "{\"c\":3}"};

  private final FakeRun.Hold hold = new FakeRun.Hold();

  private static TestServer speaking() {
    return TestServer.with(
        FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(LINES)));
  }

  private TestServer.Setup held(String... events) {
    TestServer.Setup setup = TestServer.setup();
    setup.agents =
        FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(events).heldBy(hold));
    return setup;
  }

  @Test
  void a_late_follower_gets_the_rest_and_follows_to_the_end() throws Exception {
    try (TestServer forge = held(LINES).start();
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      forge.detach(id);
      forge.until(turn(id, 1) + "/events", events -> events.get("events").size() == 3);
      wire.send(
          forge.rawGet(turn(id, 1) + "/events", "Accept: text/event-stream", "Last-Event-ID: 1.2"));

      assertEquals("id: 1.3", wire.next("id:"));
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      assertEquals("event: turn", wire.next("event:"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"header", "query"})
  void a_replay_after_the_end_gives_exactly_the_rest(String where) throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      String whole = forge.turn(id, PROMPT, TurnReplayTest::stream).body();
      String events = turn(id, 1) + "/events";
      HttpRequest.Builder request =
          where.equals("header")
              ? forge.to(events).header("Last-Event-ID", "1.1")
              : forge.to(events + "?last_event_id=1.1");
      String rest = forge.send(stream(request)).body();

      assertEquals(whole.substring(whole.indexOf("event: acp\nid: 1.2")), rest);
      JsonNode json = forge.json(forge.send(request.setHeader("Accept", "application/json")));
      assertEquals("[{\"b\":\"gr\u00fc\u00dfe\"},{\"c\":3}]", json.get("events").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.1", "1", "1.", "1.x", "1.-1", "01.1", "1.01", "1.1.1", "x"})
  void an_id_of_another_turns_event_is_refused(String lastEventId) throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      forge.turn(id, PROMPT);
      String events = turn(id, 1) + "/events";
      HttpResponse<String> header =
          forge.send(stream(forge.to(events).header("Last-Event-ID", lastEventId)));
      HttpResponse<String> query = forge.get(events + "?last_event_id=" + lastEventId);

      assertEquals(422, header.statusCode());
      assertEquals("Last-Event-ID", forge.json(header).get("field").textValue());
      assertEquals(422, query.statusCode());
      assertEquals("last_event_id", forge.json(query).get("field").textValue());
    }
  }

  @Test
  void events_so_far_are_given_without_waiting_for_more() throws Exception {
    try (TestServer forge = held(LINES).start()) {
      String id = forge.open();
      forge.detach(id);
      String events = turn(id, 1) + "/events";
      forge.until(events, so -> so.get("events").size() == 3);
      forge.until(events, so -> so.get("state").textValue().equals("running"));
      String running = forge.get(events).body();
      String nothingNew = forge.get(events + "?last_event_id=1.3").body();
      hold.release();
      forge.until(events, so -> so.get("state").textValue().equals("completed"));
      String over = forge.get(events).body();

      String opening = "{\"ok\":true,\"session_id\":\"" + id + "\",\"turn_index\":1,\"events\":[";
      String all = opening + String.join(",", LINES) + "],";
      assertEquals(all + "\"state\":\"running\",\"last_event_id\":\"1.3\"}", running);
      assertEquals(opening + "],\"state\":\"running\",\"last_event_id\":\"1.3\"}", nothingNew);
      assertEquals(all + "\"state\":\"completed\",\"last_event_id\":\"1.3\"}", over);
    }
  }

  @Test
  void before_the_first_event_there_is_no_last_one() throws Exception {
    try (TestServer forge = held().start()) {
      String id = forge.open();
      forge.detach(id);

      assertTrue(forge.json(forge.get(turn(id, 1) + "/events")).get("last_event_id").isNull());
      hold.release();
    }
  }

  @Test
  void a_turn_whose_connection_is_lost_goes_on_and_is_replayed_whole() throws Exception {
    try (TestServer forge = held(LINES).start()) {
      String id = forge.open();
      try (RawConnection wire = RawConnection.to(forge)) {
        wire.send(forge.rawPost("/sessions/" + id + "/turn", PROMPT, "Accept: text/event-stream"));
        wire.next("data:");
      }
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      String replay = forge.send(stream(forge.to(turn(id, 1) + "/events"))).body();

      for (String line : LINES) {
        assertTrue(replay.contains("data: " + line + "\n"), replay);
      }
      assertTrue(replay.contains("event: turn\n"), replay);
    }
  }

  @Test
  void a_repeated_key_gives_the_whole_stream_again() throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      HttpResponse<String> first =
          forge.turn(id, PROMPT, r -> stream(r).header("Idempotency-Key", "k"));
      HttpResponse<String> second =
          forge.turn(id, PROMPT, r -> stream(r).header("Idempotency-Key", "k"));

      assertFalse(first.headers().firstValue("Idempotent-Replay").isPresent());
      assertEquals("true", second.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(first.body(), second.body());
    }
  }

  private static String turn(String sessionId, int index) {
    return "/sessions/" + sessionId + "/turns/" + index;
  }

  private static HttpRequest.Builder stream(HttpRequest.Builder request) {
    return request.setHeader("Accept", "text/event-stream");
  }
}
