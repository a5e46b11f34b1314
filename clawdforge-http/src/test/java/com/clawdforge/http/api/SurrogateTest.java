package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.sqlite.SqliteLedger;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Half a surrogate pair in what a model says is the same character wherever it is read. */
final class SurrogateTest {
  private static final String LINE = "{\"text\":\"cut \\ud83d off\"}";
  private static final String REPAIRED = "{\"text\":\"cut \\ufffd off\"}";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {"cut \ud83d off|\"cut \ufffd off\"", LINE + "|" + REPAIRED})
  void stream_answer_and_ledger_of_a_run_agree(String said, String result) throws Exception {
    try (SqliteLedger ledger =
        SqliteLedger.open(folder.resolve("ledger.db"), folder.resolve("files"))) {
      TestServer.Setup setup = TestServer.setup();
      setup.runStore = ledger.runs();
      setup.agents = FakeAgentRunner.scripted(o -> FakeRun.answers(said).emitting(LINE));
      try (TestServer forge = setup.start()) {
        String stream =
            forge.run("{\"prompt\":\"p\"}", r -> r.header("Accept", "text/event-stream")).body();
        HttpResponse<String> answer =
            forge.run("{\"prompt\":\"p\"}", r -> r.header("Idempotency-Key", "k"));
        HttpResponse<String> again =
            forge.run("{\"prompt\":\"p\"}", r -> r.header("Idempotency-Key", "k"));

        assertTrue(stream.contains("data: " + REPAIRED + "\n"), stream);
        assertTrue(stream.contains("{\"ok\":true,\"result\":" + result + ","), stream);
        assertTrue(answer.body().startsWith("{\"ok\":true,\"result\":" + result + ","));
        assertEquals(answer.body(), again.body());
        String runId = answer.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
        JsonNode run = forge.json(forge.get("/runs/" + runId));
        assertEquals(forge.json(answer).get("result"), run.get("result"));
      }
    }
  }

  @Test
  void stream_answer_and_record_of_a_turn_agree() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(LINE)))) {
      String id = forge.open();
      String answer = forge.turn(id, "{\"prompt\":\"p\"}").body();
      String events = forge.get("/sessions/" + id + "/turns/1/events").body();
      String stream =
          forge.turn(id, "{\"prompt\":\"p\"}", r -> r.header("Accept", "text/event-stream")).body();

      assertTrue(answer.contains("\"events\":[" + REPAIRED + "]"), answer);
      assertTrue(events.contains("\"events\":[" + REPAIRED + "]"), events);
      assertTrue(stream.contains("data: " + REPAIRED + "\n"), stream);
    }
  }
}
