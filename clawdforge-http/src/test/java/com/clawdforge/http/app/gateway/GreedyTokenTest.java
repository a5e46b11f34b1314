package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One token sends as many detached turns with long prompts as it can, and others do not notice.
 * With {@code -Dgreedy.turns=500 -Dgreedy.mebibytes=4} it says what that takes.
 */
final class GreedyTokenTest {
  private static final int TURNS = Integer.getInteger("greedy.turns", 60);
  private static final long MEBIBYTES = Integer.getInteger("greedy.mebibytes", 1);
  private static final int IN_A_SESSION = 16;
  private static final long MIB = 1 << 20;

  @TempDir Path temp;

  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void long_prompts_of_one_token_neither_fill_the_heap_nor_keep_another_one_waiting()
      throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    TestServer.Setup setup = TestServer.setup();
    setup.agents =
        FakeAgentRunner.scriptedTurns(
            (session, prompt) ->
                prompt.text().length() > 100 ? FakeRun.turn("x").heldBy(hold) : FakeRun.turn("x"));
    setup.maxConcurrent = 4;
    setup.maxWaiting = 128;
    setup.maxWait = Duration.ofMinutes(5);
    setup.maxPromptBytes = MEBIBYTES * MIB;
    setup.maxWaitingPromptBytes = 64 * MEBIBYTES * MIB;
    Path folder = temp.resolve("spool");
    setup.spool = new SpoolFolder(folder);
    try (TestServer forge = setup.start()) {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < TURNS; i += IN_A_SESSION) {
        sessions.add(session(forge, forge.token));
      }
      String prompt = "x".repeat((int) (MEBIBYTES * MIB));
      long before = heap();
      Map<Integer, Integer> answers = new TreeMap<>();
      for (int i = 0; i < TURNS; i++) {
        int status = turn(forge, forge.token, sessions.get(i / IN_A_SESSION), prompt).statusCode();
        answers.merge(status, 1, Integer::sum);
      }
      long grown = heap() - before;
      long aside = aside(folder);

      assertTrue(
          answers.keySet().stream().allMatch(status -> List.of(202, 429, 503).contains(status)),
          answers::toString);
      assertTrue(answers.getOrDefault(202, 0) > 30, answers::toString);
      assertTrue(answers.containsKey(429), answers::toString);
      assertTrue(aside > 20 * MEBIBYTES * MIB, () -> aside + " bytes are aside");

      String other = forge.mint("other");
      String theirs = session(forge, other);
      HttpResponse<String> waiting = turn(forge, other, theirs, "short");
      assertEquals(202, waiting.statusCode(), waiting.body());
      long start = System.nanoTime();
      HttpResponse<String> run =
          forge.send(
              forge
                  .post("/run", "{\"prompt\":\"short\"}")
                  .setHeader("Authorization", "Bearer " + other));
      long took = (System.nanoTime() - start) / 1_000_000;
      assertEquals(200, run.statusCode(), run.body());
      System.getLogger("greedy")
          .log(
              System.Logger.Level.INFO,
              "{0} answers, {1} MiB aside, heap {2} MiB more, another run after {3} ms",
              answers,
              aside / MIB,
              grown / MIB,
              took);
      for (Path file : files(folder)) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }

      hold.release();
      awaitState(forge, other, "/sessions/" + theirs + "/turns/1", "completed");
      for (int i = 0; i < sessions.size(); i++) {
        String last = "/sessions/" + sessions.get(i) + "/turns?limit=1";
        if (!forge.json(forge.get(last)).get("turns").isEmpty()) {
          awaitLast(forge, last);
        }
      }
      assertEquals(List.of(), files(folder));
      assertEquals(0, forge.json(forge.get("/usage")).at("/use/waiting_prompt_bytes").longValue());
    }
  }

  @Test
  void what_a_dead_server_left_is_deleted_and_nothing_else() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("spool"));
    Files.writeString(folder.resolve("0b9c.prompt"), "secret");
    Files.writeString(folder.resolve("notes.txt"), "not mine");

    SpoolFolder spool = new SpoolFolder(folder);

    assertEquals(List.of(folder.resolve("notes.txt")), files(folder));
    try (var kept = spool.keep("é".repeat(SpoolFolder.LONG))) {
      assertEquals("é".repeat(SpoolFolder.LONG), kept.read());
      assertTrue(kept.onDisk());
      assertEquals(2, files(folder).size());
    }
    try (var kept = spool.keep("short")) {
      assertEquals("short", kept.read());
      assertFalse(kept.onDisk());
      assertEquals(1, files(folder).size());
    }
  }

  private static void awaitLast(TestServer forge, String path) throws Exception {
    String state;
    do {
      state = forge.json(forge.get(path)).at("/turns/0/state").textValue();
    } while (List.of("queued", "running").contains(state));
    assertEquals("completed", state);
  }

  private static void awaitState(TestServer forge, String token, String path, String wanted)
      throws Exception {
    String state;
    do {
      state =
          forge
              .json(forge.send(forge.to(path).setHeader("Authorization", "Bearer " + token)))
              .get("state")
              .textValue();
    } while (List.of("queued", "running").contains(state));
    assertEquals(wanted, state);
  }

  private static String session(TestServer forge, String token) throws Exception {
    HttpResponse<String> answer =
        forge.send(forge.post("/sessions", "{}").setHeader("Authorization", "Bearer " + token));
    assertEquals(200, answer.statusCode(), answer.body());
    return forge.json(answer).get("session_id").textValue();
  }

  private static HttpResponse<String> turn(
      TestServer forge, String token, String session, String prompt) throws Exception {
    return forge.send(
        forge
            .post(
                "/sessions/" + session + "/turn",
                "{\"detach\":true,\"timeout_secs\":3600,\"prompt\":\"" + prompt + "\"}")
            .setHeader("Authorization", "Bearer " + token));
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long aside(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : files(folder)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
