package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class RunStreamTest {
  @Test
  void a_stream_has_the_agents_lines_byte_for_byte_and_then_the_four_members() throws Exception {
    FakeRun run = FakeRun.answers("{\n\"qty\":2\r\n}").emitting("{\"a\" : 1}", "{\"b\":\"grüße\"}");
    try (TestServer forge = TestServer.with(FakeAgentRunner.scripted(o -> run))) {
      HttpResponse<String> answer = forge.run("{\"prompt\":\"p\"}", RunStreamTest::stream);

      assertEquals(200, answer.statusCode());
      assertEquals(
          "text/event-stream;charset=utf-8",
          answer.headers().firstValue("Content-Type").orElseThrow());
      assertTrue(answer.headers().firstValue("X-Clawdforge-Run-Id").isPresent());
      String took = answer.body().replaceFirst("(?s).*\"duration_ms\":(\\d+),.*", "$1");
      assertEquals(
          """
          event: claude
          id: 1
          data: {"a" : 1}

          event: claude
          id: 2
          data: {"b":"grüße"}

          event: run
          data: {"ok":true,"result":{
          data: "qty":2
          data:\s
          data: },"duration_ms":TOOK,"stop_reason":"end_turn"}

          """
              .replace("TOOK", took),
          answer.body());
    }
  }

  @Test
  void a_stream_of_a_run_that_fails_ends_with_the_problem() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scripted(o -> FakeRun.fails(AgentFailure.FAILED, "it broke", "")))) {
      HttpResponse<String> answer =
          forge.run("{\"prompt\":\"p\"}", r -> stream(r).header("X-Request-Id", "r-1"));

      assertEquals(200, answer.statusCode());
      assertTrue(
          answer
              .body()
              .startsWith(
                  "event: error\ndata: {\"type\":\"urn:clawdforge:error:agent_failed\","
                      + "\"title\":\"Agent failed\",\"status\":502,\"detail\":\"it broke\","
                      + "\"ok\":false,\"code\":\"agent_failed\",\"error\":\"it broke\","
                      + "\"request_id\":\"r-1\",\"duration_ms\":"),
          answer.body());
    }
  }

  @Test
  void what_is_refused_before_it_is_accepted_is_an_ordinary_problem() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.run("{}", RunStreamTest::stream);

      assertEquals(422, answer.statusCode());
      assertEquals(
          "application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
    }
  }

  @Test
  void an_event_arrives_while_the_agent_still_works_and_comments_follow() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    TestServer.Setup setup = TestServer.setup();
    setup.heartbeat = Duration.ofMillis(5);
    setup.agents =
        FakeAgentRunner.scripted(o -> FakeRun.answers("x").emitting("{\"n\":1}").heldBy(hold));
    try (TestServer forge = setup.start();
        Socket socket = forge.connect()) {
      socket
          .getOutputStream()
          .write(
              forge
                  .rawRun("{\"prompt\":\"p\"}", "Accept: text/event-stream")
                  .getBytes(StandardCharsets.UTF_8));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

      assertEquals("data: {\"n\":1}", next(lines, "data:"));
      assertEquals(":", next(lines, ":"));
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      assertEquals("event: run", next(lines, "event:"));
    }
  }

  @Test
  void a_detached_run_is_no_stream() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.run("{\"prompt\":\"p\",\"detach\":true}", RunStreamTest::stream);

      assertEquals(202, answer.statusCode());
    }
  }

  @Test
  void a_repeated_key_gives_the_last_event_again() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      UnaryOperator<HttpRequest.Builder> keyed =
          request -> stream(request).header("Idempotency-Key", "k");
      String first = forge.run("{\"prompt\":\"p\"}", keyed).body();
      HttpResponse<String> second = forge.run("{\"prompt\":\"p\"}", keyed);

      assertEquals("true", second.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertTrue(second.body().startsWith("event: run\n"), second.body());
      assertTrue(first.endsWith(second.body()), first);
    }
  }

  private static HttpRequest.Builder stream(HttpRequest.Builder request) {
    return request.header("Accept", "text/event-stream");
  }

  private static String next(BufferedReader lines, String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }
}
