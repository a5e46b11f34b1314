package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class DrainTest {
  private final FakeRun.Hold hold = new FakeRun.Hold();

  private TestServer held() {
    return TestServer.with(
        FakeAgentRunner.scripted(o -> FakeRun.answers("done").emitting("{\"n\":1}").heldBy(hold)));
  }

  @Test
  void running_work_is_finished_and_answered_while_new_work_is_refused() throws Exception {
    try (TestServer forge = held()) {
      FutureTask<HttpResponse<String>> plain = async(() -> forge.run("{\"prompt\":\"p\"}"));
      FutureTask<HttpResponse<String>> stream =
          async(
              () -> forge.run("{\"prompt\":\"p\"}", r -> r.header("Accept", "text/event-stream")));
      forge.agents.awaitStarted(2);
      FutureTask<@Nullable Void> drained = drain(forge, Duration.ofSeconds(20));
      HttpResponse<String> refused = untilRefused(forge);

      assertEquals("shutting_down", forge.json(refused).get("code").textValue());
      assertEquals("5", refused.headers().firstValue("Retry-After").orElseThrow());
      HttpResponse<String> upload = forge.send(forge.post("/files", ""));
      assertEquals("shutting_down", forge.json(upload).get("code").textValue());
      assertEquals(200, forge.get("/healthz").statusCode());
      assertEquals(200, forge.get("/runs").statusCode());
      hold.release();
      drained.get(20, TimeUnit.SECONDS);

      assertEquals(200, plain.get(20, TimeUnit.SECONDS).statusCode());
      assertTrue(stream.get(20, TimeUnit.SECONDS).body().contains("event: run\n"));
      assertThrows(ConnectException.class, () -> forge.get("/healthz"));
    }
  }

  @Test
  void work_that_is_not_over_in_time_is_cancelled_and_answered() throws Exception {
    try (TestServer forge = held()) {
      FutureTask<HttpResponse<String>> plain = async(() -> forge.run("{\"prompt\":\"p\"}"));
      FutureTask<HttpResponse<String>> stream =
          async(
              () -> forge.run("{\"prompt\":\"p\"}", r -> r.header("Accept", "text/event-stream")));
      forge.agents.awaitStarted(2);
      forge.server.drain(Duration.ZERO);

      HttpResponse<String> answer = plain.get(20, TimeUnit.SECONDS);
      assertEquals(503, answer.statusCode());
      assertEquals("shutting_down", forge.json(answer).get("code").textValue());
      assertEquals("cancelled", forge.json(answer).get("stop_reason").textValue());
      // An agent did run, so clients must not retry automatically.
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
      String events = stream.get(20, TimeUnit.SECONDS).body();
      assertTrue(events.contains("event: error\n"), events);
      assertTrue(events.contains("\"code\":\"shutting_down\""), events);
      assertEquals(0, forge.agents.runningNow());
    }
  }

  @Test
  void a_turn_may_finish_while_new_ones_and_new_sessions_are_refused() throws Exception {
    try (TestServer forge = heldTurns()) {
      String id = forge.open();
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, "{\"prompt\":\"p\"}"));
      forge.agents.awaitTurns(1);
      FutureTask<@Nullable Void> drained = drain(forge, Duration.ofSeconds(20));
      untilRefused(forge);

      assertEquals(503, forge.turn(id, "{}").statusCode());
      assertEquals(503, forge.send(forge.post("/sessions", "{}")).statusCode());
      assertEquals(200, forge.get("/sessions/" + id + "/turns/1/events").statusCode());
      hold.release();
      drained.get(20, TimeUnit.SECONDS);
      assertEquals(200, turn.get().statusCode());
    }
  }

  @Test
  void a_turn_not_over_in_time_is_cancelled_and_its_followers_learn_it() throws Exception {
    try (TestServer forge = heldTurns()) {
      String id = forge.open();
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, "{\"prompt\":\"p\"}"));
      forge.agents.awaitTurns(1);
      try (RawConnection follower = RawConnection.to(forge)) {
        follower.send(
            forge.rawGet("/sessions/" + id + "/turns/1/events", "Accept: text/event-stream"));
        follower.next("HTTP");
        forge.server.drain(Duration.ZERO);

        assertEquals("event: error", follower.next("event: error"));
        assertTrue(follower.next("data:").contains("\"code\":\"shutting_down\""));
      }
      HttpResponse<String> answer = turn.get();
      assertEquals(503, answer.statusCode());
      assertEquals("shutting_down", forge.json(answer).get("code").textValue());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_follower_that_does_not_read_does_not_hold_up_the_end() throws Exception {
    String event = "{\"x\":\"" + "y".repeat(512 << 10) + "\"}";
    TestServer.Setup setup = TestServer.setup();
    setup.stallTimeout = Duration.ofMinutes(2);
    setup.agents =
        FakeAgentRunner.scriptedTurns(
            (s, p) ->
                FakeRun.turn("x").emitting(Collections.nCopies(64, event).toArray(String[]::new)));
    try (TestServer forge = setup.start();
        RawConnection stalled = RawConnection.narrowTo(forge)) {
      String id = forge.open();
      forge.turn(id, "{\"prompt\":\"p\"}");
      stalled.send(
          forge.rawGet("/sessions/" + id + "/turns/1/events", "Accept: text/event-stream"));
      stalled.next("HTTP");

      drain(forge, Duration.ofMinutes(2)).get(30, TimeUnit.SECONDS);

      assertThrows(IOException.class, () -> forge.connect().close());
    }
  }

  private TestServer heldTurns() {
    return TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").heldBy(hold)));
  }

  @Test
  void a_closed_server_does_not_listen_and_closing_it_again_is_harmless() throws Exception {
    TestServer forge = TestServer.setup().start();
    forge.close();
    forge.close();

    assertThrows(IOException.class, () -> forge.connect().close());
  }

  private static FutureTask<HttpResponse<String>> async(
      java.util.concurrent.Callable<HttpResponse<String>> call) {
    FutureTask<HttpResponse<String>> task = new FutureTask<>(call);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static FutureTask<@Nullable Void> drain(TestServer forge, Duration patience) {
    FutureTask<@Nullable Void> task =
        new FutureTask<>(
            () -> {
              forge.server.drain(patience);
              return null;
            });
    Thread.ofVirtual().start(task);
    return task;
  }

  private static HttpResponse<String> untilRefused(TestServer forge) throws Exception {
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      // Invalid, so that it starts nothing if it arrives too early.
      HttpResponse<String> answer = forge.run("{}");
      if (answer.statusCode() == 503) {
        return answer;
      }
    }
    throw new AssertionError("the server never refused");
  }
}
