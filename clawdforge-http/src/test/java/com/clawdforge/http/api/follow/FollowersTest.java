package com.clawdforge.http.api.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many connections to one turn. */
final class FollowersTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";

  private final FakeRun.Hold hold = new FakeRun.Hold();

  private TestServer.Setup saying(List<String> events) {
    TestServer.Setup setup = TestServer.setup();
    setup.agents =
        FakeAgentRunner.scriptedTurns(
            (s, p) -> FakeRun.turn("x").emitting(events.toArray(String[]::new)).heldBy(hold));
    return setup;
  }

  @Test
  void twenty_followers_of_one_turn_get_the_same_bytes() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      lines.add("{\"n\":" + i + "}");
    }
    try (TestServer forge = saying(lines).start()) {
      String id = forge.open();
      forge.detach(id);
      List<RawConnection> wires = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RawConnection wire = RawConnection.to(forge);
        wires.add(wire);
        wire.send(
            forge.rawGet(
                "/sessions/" + id + "/turns/1/events",
                "Accept: text/event-stream",
                "Connection: close"));
      }
      for (RawConnection wire : wires) {
        assertEquals("data: {\"n\":999}", wire.next("data: {\"n\":999}"));
      }
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      String replay =
          forge
              .send(
                  forge
                      .to("/sessions/" + id + "/turns/1/events")
                      .header("Accept", "text/event-stream"))
              .body();
      String last = replay.substring(replay.indexOf("data: {\"ok\":true")).strip();
      for (RawConnection wire : wires) {
        assertEquals("event: turn", wire.next("event:"));
        assertEquals(last, wire.next("data:"));
        wire.close();
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_follower_that_does_not_read_delays_no_other_and_is_cut_off() throws Exception {
    List<String> big = Collections.nCopies(64, "{\"x\":\"" + "y".repeat(512 << 10) + "\"}");
    TestServer.Setup setup = saying(big);
    setup.stallTimeout = Duration.ofSeconds(2);
    try (TestServer forge = setup.start();
        RawConnection stalled = RawConnection.narrowTo(forge);
        RawConnection replaying = RawConnection.narrowTo(forge)) {
      String id = forge.open();
      stalled.send(forge.rawPost("/sessions/" + id + "/turn", PROMPT, "Accept: text/event-stream"));
      forge.agents.awaitTurns(1);
      Async<HttpResponse<String>> reader =
          Async.start(
              () ->
                  forge.send(
                      forge
                          .to("/sessions/" + id + "/turns/1/events")
                          .header("Accept", "text/event-stream")));
      hold.release();

      assertTrue(reader.get().body().contains("event: turn\n"));
      stalled.awaitCut();
      String got = stalled.rest();
      assertTrue(got.contains("id: 1.1\r\n") || got.contains("id: 1.1\n"), "it began");
      assertFalse(got.contains("event: turn"), "it did not end");
      assertFalse(got.endsWith("\r\n0\r\n\r\n"), "nor look so");

      replaying.send(forge.rawGet("/sessions/" + id + "/turns/1/events"));
      replaying.awaitCut();
      assertFalse(replaying.rest().contains("\"state\":\"completed\""), "JSON neither");
    }
  }

  @Test
  void a_stream_that_the_ledger_breaks_off_does_not_look_complete() throws Exception {
    try (TestServer forge = withBrokenLedger("{\"n\":1}");
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      wire.send(forge.rawGet("/sessions/" + id + "/turns/1/events", "Accept: text/event-stream"));
      String got = wire.rest();

      assertTrue(got.contains("data: {\"n\":1}\n"), got);
      assertFalse(got.contains("event: turn") || got.contains("event: error"), got);
      assertFalse(got.contains("\r\n0\r\n\r\n"), got);
    }
  }

  @Test
  void a_ledger_failure_before_the_first_event_is_answered_as_a_problem() throws Exception {
    try (TestServer forge = withBrokenLedger("{\"n\":1}")) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      HttpResponse<String> answer = forge.get("/sessions/" + id + "/turns/1/events");

      assertEquals(500, answer.statusCode());
      assertEquals("internal_error", forge.json(answer).get("code").textValue());
      assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElseThrow());
    }
  }

  @Test
  void events_so_far_that_the_ledger_breaks_off_later_do_not_look_complete() throws Exception {
    // More than the response holds back, and less than makes the turn's own answer read the ledger.
    try (TestServer forge = withBrokenLedger("{\"x\":\"" + "y".repeat(50_000) + "\"}");
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      wire.send(forge.rawGet("/sessions/" + id + "/turns/1/events"));
      String got = wire.rest();

      assertTrue(got.startsWith("HTTP/1.1 200"), "it began");
      assertFalse(got.contains("\r\n0\r\n\r\n"), "and did not end");
    }
  }

  private TestServer withBrokenLedger(String event) {
    TestServer.Setup setup = saying(List.of(event));
    hold.release();
    setup.turnStore = FollowersTest::readingOnce;
    return setup.start();
  }

  // Returns the first batch of the events as usual, and fails at the second.
  private static TurnStore readingOnce(TurnStore store) {
    AtomicInteger reads = new AtomicInteger();
    return (TurnStore)
        Proxy.newProxyInstance(
            TurnStore.class.getClassLoader(),
            new Class<?>[] {TurnStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("events") && reads.incrementAndGet() > 1) {
                throw new StoreException("the disk is gone", null);
              }
              return method.invoke(store, arguments);
            });
  }
}
