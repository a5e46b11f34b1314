package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RunStreamTest {
  private static final String RUN_END =
      "event: run\ndata: {\"ok\":true,\"result\":{\"qty\":2},\"duration_ms\":12,"
          + "\"stop_reason\":\"end_turn\"}\n\n";
  private static final String CANCELLED = "{\"ok\":true,\"cancelled\":true}";

  private StubGateway gateway;
  private ForgeClient client;
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    over.countDown();
    client.close();
    gateway.close();
  }

  private static String line(int seq, String json) {
    return "event: claude\nid: " + seq + "\ndata: " + json + "\n\n";
  }

  private void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void a_stream_of_a_run_gives_each_event_once() {
    gateway.streams(
        out ->
            out.write(
                line(1, "{\"type\":\"system\"}") + line(2, delta("text_delta", "text", "Hel"))),
        "X-Clawdforge-Run-Id",
        "r1");
    gateway.streams(
        out ->
            out.write(
                line(1, "{\"type\":\"system\"}")
                    + line(2, delta("text_delta", "text", "Hel"))
                    + line(3, delta("thinking_delta", "thinking", "hm"))
                    + line(
                        4,
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Hel\"}]}}")
                    + line(
                        5,
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Read\",\"input\":{\"p\":1}}]}}")
                    + line(
                        6,
                        "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"is_error\":true,\"content\":\"no\"}]}}")
                    + RUN_END));

    try (RunStream run = client.stream(RunRequest.of("Hi"))) {
      assertEquals("r1", run.runId());
      List<String> seen = new ArrayList<>();
      for (RunEvent event : run) {
        seen.add(event.toString());
      }
      assertEquals(
          List.of(
              "Other",
              "Text[3 characters]",
              "Thought[2 characters]",
              "Other",
              "ToolCall[t1, Read]",
              "ToolResult[t1, failed]"),
          seen);
      assertEquals("end_turn", run.result().stopReason());
    }
  }

  private static String delta(String type, String name, String text) {
    return "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"delta\":{"
        + "\"type\":\""
        + type
        + "\",\""
        + name
        + "\":\""
        + text
        + "\"}}}";
  }

  @Test
  void only_a_followed_run_can_end_with_its_connection() throws Exception {
    RunRequest tied = RunRequest.builder().prompt("Hi").cancelOnDisconnect(true).build();
    gateway.streams(out -> out.write(RUN_END));

    assertThrows(IllegalArgumentException.class, () -> client.run(tied));
    assertThrows(IllegalArgumentException.class, () -> client.start(tied));
    client.runAsync(tied).join();

    assertEquals(1, gateway.requests().size());
    assertEquals("cancel", gateway.requests().get(0).json().path("on_disconnect").textValue());
  }

  @Test
  void a_stream_of_a_run_can_cancel_it() {
    gateway.streams(
        out -> {
          out.write(line(1, "{}"));
          await(over);
        },
        "X-Clawdforge-Run-Id",
        "r1");
    gateway.answers(200, CANCELLED);
    try (RunStream run = client.stream(RunRequest.of("Hi"))) {
      assertTrue(run.cancel());
    }
    assertEquals("POST /runs/r1/cancel", gateway.requests().get(1).line());
  }
}
