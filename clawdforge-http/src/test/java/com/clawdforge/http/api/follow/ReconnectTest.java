package com.clawdforge.http.api.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A POST that carries {@code Last-Event-ID} continues a stream, and starts nothing. */
final class ReconnectTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final String[] LINES = {"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"};

  private final AtomicInteger started = new AtomicInteger();

  private TestServer turns() {
    return TestServer.with(
        FakeAgentRunner.scriptedTurns(
            (s, p) -> {
              started.incrementAndGet();
              return FakeRun.turn("x").emitting(LINES);
            }));
  }

  private TestServer runs(UnaryOperator<FakeRun> more) {
    return TestServer.with(
        FakeAgentRunner.scripted(
            o -> {
              started.incrementAndGet();
              return more.apply(FakeRun.answers("x").emitting(LINES));
            }));
  }

  @Test
  void a_turn_with_the_same_key_is_continued_after_the_event() throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();
      String whole = forge.turn(id, PROMPT, r -> keyed(r, "k")).body();
      HttpResponse<String> rest =
          forge.turn(id, PROMPT, r -> keyed(r, "k").header("Last-Event-ID", "1.2"));

      assertEquals(200, rest.statusCode());
      assertEquals("true", rest.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(whole.substring(whole.indexOf("event: acp\nid: 1.3")), rest.body());
      assertEquals(1, started.get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/event-stream", "application/json"})
  void a_turn_without_a_key_is_refused_with_the_address_of_its_events(String accept)
      throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();
      HttpResponse<String> refused =
          forge.turn(
              id, PROMPT, r -> r.setHeader("Accept", accept).header("Last-Event-ID", "3.17"));

      assertEquals(409, refused.statusCode());
      assertEquals("idempotency_conflict", forge.json(refused).get("code").textValue());
      String detail = forge.json(refused).get("detail").textValue();
      assertTrue(detail.contains("GET /sessions/" + id + "/turns/3/events "), detail);
      assertEquals(0, started.get());
    }
  }

  @Test
  void an_id_that_names_no_turn_is_refused_with_the_form_of_the_address() throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();
      HttpResponse<String> refused =
          forge.turn(id, PROMPT, r -> r.header("Last-Event-ID", "\"><script>"));

      assertEquals(409, refused.statusCode());
      String detail = forge.json(refused).get("detail").textValue();
      assertTrue(detail.contains("/turns/{turn_index}/events "), detail);
    }
  }

  @Test
  void a_turn_with_an_unknown_key_starts_nothing() throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();
      HttpResponse<String> refused =
          forge.turn(id, PROMPT, r -> keyed(r, "new").header("Last-Event-ID", "1.2"));
      HttpResponse<String> elsewhere =
          forge.turn("nowhere", PROMPT, r -> r.header("Last-Event-ID", "1.2"));

      assertEquals(409, refused.statusCode());
      assertEquals(404, elsewhere.statusCode());
      assertEquals(0, started.get());
    }
  }

  @Test
  void an_event_of_another_turn_than_the_keys_is_refused() throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();
      forge.turn(id, PROMPT, r -> keyed(r, "k"));
      HttpResponse<String> refused =
          forge.turn(id, PROMPT, r -> keyed(r, "k").header("Last-Event-ID", "2.1"));

      assertEquals(422, refused.statusCode());
      assertEquals("Last-Event-ID", forge.json(refused).get("field").textValue());
    }
  }

  @Test
  void an_empty_last_event_id_continues_nothing() throws Exception {
    try (TestServer forge = turns()) {
      String id = forge.open();

      assertEquals(200, forge.turn(id, PROMPT, r -> r.header("Last-Event-ID", "")).statusCode());
      assertEquals(200, forge.run(PROMPT, r -> r.header("Last-Event-ID", "")).statusCode());
    }
  }

  @Test
  void a_running_run_with_the_same_key_is_continued_after_the_event() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    String[] headers = {"Accept: text/event-stream", "Idempotency-Key: k"};
    try (TestServer forge = runs(run -> run.heldBy(hold));
        RawConnection first = RawConnection.to(forge);
        RawConnection second = RawConnection.to(forge)) {
      first.send(forge.rawRun(PROMPT, headers));
      assertEquals("id: 3", first.next("id: 3"));
      second.send(forge.rawRun(PROMPT, headers[0], headers[1], "Last-Event-ID: 2"));

      assertEquals("id: 3", second.next("id:"));
      hold.release();
      assertEquals("event: run", second.next("event:"));
      assertEquals(1, started.get());
    }
  }

  @Test
  void a_run_that_is_over_is_continued_with_its_answer() throws Exception {
    try (TestServer forge = runs(run -> run)) {
      String whole = forge.run(PROMPT, r -> keyed(r, "k")).body();
      HttpResponse<String> rest =
          forge.run(PROMPT, r -> keyed(r, "k").header("Last-Event-ID", "2"));

      assertEquals(whole.substring(whole.indexOf("event: run")), rest.body());
      assertEquals(1, started.get());
    }
  }

  @Test
  void a_run_without_a_known_key_is_refused_with_what_to_read_instead() throws Exception {
    try (TestServer forge = runs(run -> run)) {
      HttpResponse<String> none =
          forge.run(
              PROMPT, r -> r.header("Accept", "text/event-stream").header("Last-Event-ID", "2"));
      HttpResponse<String> unknown =
          forge.run(PROMPT, r -> keyed(r, "new").header("Last-Event-ID", "2"));
      HttpResponse<String> notAnId =
          forge.run(PROMPT, r -> keyed(r, "new").header("Last-Event-ID", "1.2"));

      assertEquals(409, none.statusCode());
      assertEquals("idempotency_conflict", forge.json(none).get("code").textValue());
      String detail = forge.json(none).get("detail").textValue();
      assertTrue(detail.contains("GET /runs/{run_id}"), detail);
      assertEquals(409, unknown.statusCode());
      assertEquals(422, notAnId.statusCode());
      assertEquals(0, started.get());
    }
  }

  private static HttpRequest.Builder keyed(HttpRequest.Builder request, String key) {
    return request.header("Accept", "text/event-stream").header("Idempotency-Key", key);
  }
}
