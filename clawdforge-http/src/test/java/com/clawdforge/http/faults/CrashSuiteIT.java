package com.clawdforge.http.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.faults.Acknowledged.Life;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed at random moments while apps use it, and what the next one knows. */
@EnabledOnOs(OS.LINUX)
@Timeout(3600)
class CrashSuiteIT {
  private static final int APPS = 6;
  private static final int MOST_ANSWERS = 60;
  private static final long MOST_MILLIS_MORE = 50;
  private static final Set<String> OVER = Set.of("completed", "failed", "cancelled", "interrupted");

  @TempDir Path temp;

  private final String mark = UUID.randomUUID().toString();
  private final Acknowledged acknowledged = new Acknowledged();
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> seen = new TreeMap<>();
  private final LongSummaryStatistics starts = new LongSummaryStatistics();

  @Test
  void what_was_acknowledged_survives_a_kill_at_any_moment() throws Exception {
    Random random = new Random(Scale.seed("crashes"));
    int kills = Scale.of("crashes", 3, 100);
    Map<String, String> environment = Installation.environment(temp);
    environment.putAll(FaultyChild.settings(temp, mark, List.of()));
    String token = "";
    long begin = System.nanoTime();
    for (int kill = 0; kill <= kills; kill++) {
      long start = System.nanoTime();
      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(portOf(server))) {
        starts.accept(Duration.ofNanos(System.nanoTime() - start).toMillis());
        if (kill == 0) {
          token = api.mint("app");
        }
        check(server, api, token);
        assertEquals(List.of(), List.copyOf(broken), server::outputOrWhyNot);
        if (kill < kills) {
          loadAndKill(server, api, token, random);
        }
      }
    }
    report(kills, System.nanoTime() - begin);
    assertTrue(seen.containsKey("runs") && seen.containsKey("turns"), seen::toString);
  }

  // A busy machine may take longer for a start than the tests of one server wait.
  private static int portOf(ServerProcess server) throws Exception {
    boolean listens = false;
    for (int i = 0; i < 3 && !listens; i++) {
      listens = listens(server);
    }
    return server.port();
  }

  private static boolean listens(ServerProcess server) throws Exception {
    try {
      return server.port() > 0;
    } catch (AssertionError late) {
      return false;
    }
  }

  private void loadAndKill(ServerProcess server, Api api, String token, Random random)
      throws Exception {
    List<Thread> apps = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      CrashLoad load =
          new CrashLoad(api, token, new Random(random.nextLong()), acknowledged, broken);
      apps.add(Thread.ofVirtual().start(load));
    }
    // Counted in answers, so that a slow machine gets as far as a fast one.
    int before = acknowledged.size();
    int wanted = 1 + random.nextInt(MOST_ANSWERS);
    Installation.await("answers", () -> acknowledged.size() - before >= wanted);
    LockSupport.parkNanos(Duration.ofMillis(random.nextLong(MOST_MILLIS_MORE)).toNanos());
    server.kill();
    for (Thread app : apps) {
      app.join();
    }
  }

  // Before there is load again: all work that the ledger knows is over.
  private void check(ServerProcess server, Api api, String token) throws Exception {
    Installation.await(
        "no process of the dead server is left",
        () -> Census.processes(server.pid(), mark).isEmpty());
    checkLedger();
    checkRuns(api, token);
    checkTurns(api, token);
    checkSessions(api, token);
    checkFiles(api, token);
    acknowledged.checked();
  }

  private void checkRuns(Api api, String token) throws Exception {
    for (var run : acknowledged.runs.entrySet()) {
      JsonNode row = Api.json(api.get("/runs/" + run.getKey(), token));
      String state = row.path("state").asText();
      require(OVER.contains(state), "run", run.getKey(), row);
      run.getValue()
          .ifPresent(
              result -> {
                require(state.equals("completed"), "answered run", run.getKey(), row);
                require(result.equals(row.path("result")), "answer of run", run.getKey(), row);
              });
      count("runs");
    }
  }

  private void checkTurns(Api api, String token) throws Exception {
    for (var turn : acknowledged.turns.entrySet()) {
      String path = turn.getKey().path();
      JsonNode row = Api.json(api.get(path, token));
      require(OVER.contains(row.path("state").asText()), "turn", path, row);
      if (turn.getValue().isPresent()) {
        require(row.path("state").asText().equals("completed"), "answered turn", path, row);
        JsonNode events = Api.json(api.get(path + "/events", token)).path("events");
        require(turn.getValue().get().equals(events), "events of turn", path, events);
      }
      count("turns");
    }
  }

  private void checkSessions(Api api, String token) throws Exception {
    for (var session : acknowledged.sessions.entrySet()) {
      JsonNode row = Api.json(api.get("/sessions/" + session.getKey(), token));
      String status = row.path("status").asText();
      switch (session.getValue()) {
        case OPEN -> require(status.equals("open"), "open session", session.getKey(), row);
        case ENDED -> require(status.equals("closed"), "closed session", session.getKey(), row);
        case PERHAPS_ENDED ->
            require(!status.isEmpty(), "session that was asked to end", session.getKey(), row);
      }
      count("sessions");
    }
  }

  private void checkFiles(Api api, String token) throws Exception {
    if (acknowledged.files.isEmpty()) {
      return;
    }
    Map<String, Long> kept = new HashMap<>();
    String cursor = "";
    do {
      JsonNode page = Api.json(api.get("/files?limit=200" + cursor, token));
      for (JsonNode file : page.path("files")) {
        kept.put(file.path("file_token").asText(), file.path("size").asLong());
      }
      cursor =
          page.path("next_cursor").isTextual()
              ? "&cursor=" + page.path("next_cursor").asText()
              : "";
    } while (!cursor.isEmpty());
    for (var file : acknowledged.files.entrySet()) {
      boolean there = kept.containsKey(file.getKey());
      if (file.getValue() == Life.OPEN) {
        require(there, "file", file.getKey(), kept);
      } else if (file.getValue() == Life.ENDED) {
        require(!there, "deleted file", file.getKey(), kept);
      }
      count("files");
    }
  }

  // What nobody was told of too.
  private void checkLedger() throws SQLException {
    Path ledger = temp.resolve("data/clawdforge.db");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + ledger)) {
      for (String table : List.of("runs", "turns")) {
        String rows = "SELECT count(*) FROM " + table + " WHERE state IN ('queued', 'running')";
        require(text(sqlite, rows).equals("0"), table, "that are not over", text(sqlite, rows));
      }
      String gaps =
          "SELECT group_concat(turn) FROM (SELECT turn FROM turn_events WHERE seq > 0 GROUP BY turn"
              + " HAVING min(seq) <> 1 OR max(seq) <> count(*))";
      require(text(sqlite, gaps).equals("null"), "turns", "with gaps", text(sqlite, gaps));
      String sound = text(sqlite, "PRAGMA integrity_check");
      require(sound.equals("ok"), "ledger", "integrity", sound);
      String keys = text(sqlite, "SELECT count(*) FROM pragma_foreign_key_check");
      require(keys.equals("0"), "ledger", "foreign keys", keys);
    }
  }

  private static String text(Connection sqlite, String query) throws SQLException {
    try (Statement statement = sqlite.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "none";
    }
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private void require(boolean holds, String what, String which, Object instead) {
    if (!holds) {
      broken.add(what + " " + which + ": " + instead);
    }
  }

  private void report(int kills, long nanos) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d kills in %d s, under the load of %d apps; a start took %.0f ms on average."
            .formatted(kills, Duration.ofNanos(nanos).toSeconds(), APPS, starts.getAverage()));
    lines.add("");
    lines.add(Scale.row("checked after a kill", "how many", "lost or wrong"));
    lines.add("|---|---|---|");
    seen.forEach((what, times) -> lines.add(Scale.row(what, times, 0)));
    Scale.report("crashes", lines);
  }
}
