package com.clawdforge.http.api.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.PeerWatch;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class DisconnectTest {
  private final FakeRun.Hold hold = new FakeRun.Hold();

  private FakeAgentRunner held(String... events) {
    return FakeAgentRunner.scripted(
        oneShot -> FakeRun.answers("{\"kept\":true}").emitting(events).heldBy(hold));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_answer_whose_caller_is_gone_is_kept_for_later() throws Exception {
    try (TestServer forge = TestServer.with(held())) {
      try (Socket socket = forge.connect()) {
        write(socket, forge.rawRun("{\"prompt\":\"p\"}"));
        forge.agents.awaitStarted(1);
      }
      hold.release();

      assertEquals("{\"kept\":true}", keptAnswer(forge).get("result").toString());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_caller_that_closed_only_its_own_side_gets_its_answer() throws Exception {
    try (TestServer forge = TestServer.with(held());
        Socket socket = forge.connect()) {
      write(socket, forge.rawRun("{\"prompt\":\"p\"}", "Connection: close"));
      socket.shutdownOutput();
      forge.agents.awaitStarted(1);
      hold.release();

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.contains("\"result\":{\"kept\":true}"), answer);
    }
  }

  @Test
  void an_answer_that_was_delivered_is_not_kept() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String runId =
          forge.run("{\"prompt\":\"p\"}").headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();

      assertFalse(forge.json(forge.get("/runs/" + runId)).has("result"));
    }
  }

  @Test
  void a_run_whose_stream_is_lost_goes_on_and_its_answer_is_kept() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = held("{\"n\":1}");
    setup.heartbeat = Duration.ofMillis(5);
    try (TestServer forge = setup.start()) {
      try (Socket socket = forge.connect()) {
        write(socket, forge.rawRun("{\"prompt\":\"p\"}", "Accept: text/event-stream"));
        readUntil(socket, "{\"n\":1}");
      }
      assertEquals(1, forge.agents.runningNow());
      hold.release();

      assertEquals("completed", keptAnswer(forge).get("state").textValue());
    }
  }

  @Test
  void a_run_that_is_to_end_with_its_stream_is_cancelled_when_that_is_lost() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = held("{\"n\":1}");
    setup.heartbeat = Duration.ofMillis(5);
    try (TestServer forge = setup.start()) {
      try (Socket socket = forge.connect()) {
        write(
            socket,
            forge.rawRun(
                "{\"prompt\":\"p\",\"on_disconnect\":\"cancel\"}", "Accept: text/event-stream"));
        readUntil(socket, "{\"n\":1}");
      }

      assertEquals("cancelled", over(forge).get("state").textValue());
    }
  }

  @Test
  void a_request_that_waits_for_its_agent_is_not_idle() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = held();
    // The client itself must not stall that long between head and body, on a busy machine either.
    setup.stallTimeout = Duration.ofMillis(400);
    try (TestServer forge = setup.start()) {
      FutureTask<HttpResponse<String>> waiting =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"p\"}"));
      Thread.ofVirtual().start(waiting);
      forge.agents.awaitStarted(1);

      assertThrows(TimeoutException.class, () -> waiting.get(1_000, TimeUnit.MILLISECONDS));
      hold.release();
      assertEquals(200, waiting.get(20, TimeUnit.SECONDS).statusCode());
    }
  }

  @Test
  void a_peer_that_stops_sending_its_body_is_answered_and_closed() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.stallTimeout = Duration.ofMillis(50);
    try (TestServer forge = setup.start()) {
      String answer =
          forge.raw(
              "POST /run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + forge.token
                  + "\r\nContent-Length: 100\r\n\r\n{");

      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_kernel_says_whether_a_peer_is_gone() throws Exception {
    InetSocketAddress local;
    InetSocketAddress remote;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
      try (Socket far = listener.accept()) {
        local = (InetSocketAddress) far.getLocalSocketAddress();
        remote = (InetSocketAddress) far.getRemoteSocketAddress();

        assertFalse(PeerWatch.gone(local, remote));
        near.shutdownOutput();
        assertTrue(PeerWatch.gone(local, remote));
      }
    }
    assertTrue(PeerWatch.gone(local, remote));
  }

  private static void write(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static void readUntil(Socket socket, String text) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && !line.contains(text)) {
      line = lines.readLine();
    }
  }

  private static JsonNode keptAnswer(TestServer forge) throws Exception {
    return poll(forge, true);
  }

  private static JsonNode over(TestServer forge) throws Exception {
    return poll(forge, false);
  }

  private static JsonNode poll(TestServer forge, boolean withAnswer) throws Exception {
    String path = "/runs/" + forge.agents.received().getFirst().oneShot().runId();
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode run = forge.json(forge.get(path));
      if (withAnswer ? run.has("result") : !run.get("ended_at").isNull()) {
        return run;
      }
    }
    throw new AssertionError("waited in vain for " + path);
  }
}
