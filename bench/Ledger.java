import com.clawdforge.core.work.Progress;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionTerms;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.sqlite.SqliteLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Measures a large ledger of sessions. All sessions belong to one token; few are open. Prints
 * milliseconds.
 */
final class Ledger {
  private static final String TOKEN = "app-1";
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant EXPIRED = NOW.minus(Duration.ofDays(2));
  private static final int MEBIBYTE = 1 << 20;
  private static final int READS = 2_000;
  private static final int WARM_UP = 300;
  private static final int EVENT_BYTES = 300;

  private final Path folder;
  private final int sessions;
  private final Random random = new Random(7);
  private long recorded;

  Ledger(Path folder, int sessions) {
    this.folder = folder;
    this.sessions = sessions;
  }

  public static void main(String[] args) throws Exception {
    int sessions = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("clawdforge-ledger-");
    try {
      new Ledger(folder, sessions).measure();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void measure() throws Exception {
    open().close();
    load();
    try (SqliteLedger ledger = open()) {
      reads(ledger);
      usage(ledger.usage());
      writes(ledger);
    }
    sql("UPDATE sessions SET closed_at = NULL, released = 0 WHERE seq % 10 = 2");
    try (SqliteLedger ledger = open()) {
      while_("close " + sessions / 10 + " idle sessions", ledger, () -> closeIdle(ledger));
      while_("delete " + sessions / 10 + " old sessions", ledger, () -> delete(ledger));
    }
    sql("UPDATE sessions SET closed_at = NULL, released = 0 WHERE seq % 1000 = 3");
    try (SqliteLedger ledger = open()) {
      int large = enlarge(ledger);
      while_("delete " + large + " MiB of large events", ledger, () -> delete(ledger));
      while_("delete the old trail", ledger, () -> deleteTrail(ledger));
    }
  }

  private void reads(SqliteLedger ledger) {
    // What is slow here is the machine, and it slows all that follows.
    time("(200 us of nothing)", i -> spin(Duration.ofNanos(200_000)));
    reading(ledger).forEach(Ledger::time);
    time("nothing to delete", 200, i -> ledger.sessions().deleteClosedBefore(Instant.EPOCH, NOW));
  }

  /** What can be read, by its name. */
  Map<String, IntConsumer> reading(SqliteLedger ledger) {
    PageRequest page = PageRequest.first(50);
    Map<String, IntConsumer> reads = new LinkedHashMap<>();
    reads.put("list, open", i -> ledger.sessions().list(TOKEN, false, page));
    reads.put("list, open, all tokens", i -> ledger.sessions().list(null, false, page));
    reads.put("list, all", i -> ledger.sessions().list(TOKEN, true, page));
    reads.put(
        "list, deep", i -> ledger.sessions().list(TOKEN, true, new PageRequest(50, 1L + any())));
    reads.put(
        "list, 200 deep",
        i -> ledger.sessions().list(TOKEN, true, new PageRequest(200, 1L + any())));
    reads.put("count open", i -> ledger.sessions().countOpen());
    reads.put("get", i -> ledger.sessions().find(TOKEN, id(any())));
    reads.put("get a turn", i -> ledger.turns().turn(id(any()), 1));
    reads.put("list turns", i -> ledger.turns().turns(id(any()), page));
    reads.put("trail", i -> ledger.trail().trail(id(any())));
    reads.put("replay, 10 events", i -> ledger.turns().events(id(any()), 1, 0, MEBIBYTE));
    reads.put(
        "replay, 1000 events", i -> ledger.turns().events("long-" + i % 10, 1, 0, MEBIBYTE));
    reads.put("idle", i -> ledger.sessions().idle(NOW.minusSeconds(3600), 100));
    return reads;
  }

  private static void spin(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private static void usage(UsageLedger usage) {
    for (UsageLedger.GroupBy groupBy : UsageLedger.GroupBy.values()) {
      time("usage by " + groupBy, 5, i -> usage.sums(groupBy));
    }
  }

  private void writes(SqliteLedger ledger) {
    Turn turn = live(ledger, "batches");
    time(
        "record 1 event",
        500,
        i -> ledger.turns().record(List.of(said(turn, next(1), EVENT_BYTES))));
    time("record 500 events", 200, i -> ledger.turns().record(batch(turn, next(500))));
  }

  // The first time without other writers: how long a writer waits by itself.
  private void while_(String what, SqliteLedger ledger, Runnable sweep) throws Exception {
    Turn turn = live(ledger, what);
    List<Double> alone = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      alone.add(millis(write(ledger, turn, i)));
    }
    List<Double> meanwhile = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean over = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .name("writer")
            .start(
                () -> {
                  for (int i = 501; !over.get(); i++) {
                    meanwhile.add(millis(write(ledger, turn, i)));
                  }
                });
    long start = System.nanoTime();
    sweep.run();
    double took = (System.nanoTime() - start) / 1e9;
    over.set(true);
    writer.join();
    System.out.printf("%s: %.1f s%n", what, took);
    print("  a write alone", alone);
    print("  a write meanwhile", meanwhile);
  }

  private long next(int count) {
    long first = recorded + 1;
    recorded += count;
    return first;
  }

  private static Runnable write(SqliteLedger ledger, Turn turn, int i) {
    return i % 2 == 0
        ? () -> ledger.turns().record(List.of(said(turn, i, EVENT_BYTES)))
        : () -> ledger.turns().addTurn(turn, null, null, Instant.EPOCH);
  }

  private static void closeIdle(SqliteLedger ledger) {
    Instant quietSince = NOW.minusSeconds(3600);
    List<Session> idle = ledger.sessions().idle(quietSince, 100);
    while (!idle.isEmpty()) {
      for (Session session : idle) {
        ledger.sessions().closeIfIdle(session.id(), NOW, quietSince);
      }
      idle = ledger.sessions().idle(quietSince, 100);
    }
  }

  private static void delete(SqliteLedger ledger) {
    List<Double> steps = new ArrayList<>();
    AtomicBoolean more = new AtomicBoolean(true);
    while (more.get()) {
      steps.add(millis(() -> more.set(ledger.sessions().deleteClosedBefore(EXPIRED.plusSeconds(1), NOW))));
    }
    print("  a step", steps);
  }

  private static void deleteTrail(SqliteLedger ledger) {
    List<Double> steps = new ArrayList<>();
    AtomicBoolean more = new AtomicBoolean(true);
    for (int i = 0; i < 300 && more.get(); i++) {
      steps.add(millis(() -> more.set(ledger.trail().deleteBefore(NOW))));
    }
    print("  a step", steps);
  }

  private int enlarge(SqliteLedger ledger) {
    int large = 0;
    for (int n = 3; n <= sessions && large < 400; n += 1000) {
      Turn turn = turn(id(n), 1);
      for (int seq = 11; seq <= 18; seq++, large++) {
        ledger.turns().record(List.of(said(turn, seq, MEBIBYTE)));
      }
      ledger.sessions().close(id(n), EXPIRED);
      ledger.sessions().released(id(n));
    }
    return large;
  }

  private Turn live(SqliteLedger ledger, String name) {
    SessionTerms terms =
        new SessionTerms("claude", null, null, Permissions.Mode.APPROVE_ALL, null, false, null, "{}");
    ledger.sessions().add(
        new Session(name, TOKEN, "app", terms, NOW, null, null, 0, null, null, null),
        null,
        Instant.EPOCH,
        Integer.MAX_VALUE);
    Turn turn = turn(name, 1);
    ledger.turns().addTurn(turn, null, null, Instant.EPOCH);
    return turn;
  }

  private static Turn turn(String sessionId, int index) {
    return new Turn(sessionId, TOKEN, "app", index, 1, 0, "request", new Progress(WorkState.QUEUED, NOW, null, null, AgentReport.NONE, null), false);
  }

  private static List<TurnRecord> batch(Turn turn, long from) {
    List<TurnRecord> batch = new ArrayList<>();
    for (long seq = from; seq < from + 500; seq++) {
      batch.add(said(turn, seq, EVENT_BYTES));
    }
    return batch;
  }

  private static TurnRecord said(Turn turn, long seq, int bytes) {
    return new TurnRecord.EventRecorded(
        turn.sessionId(), turn.index(), seq, new AgentEvent(new byte[bytes]));
  }

  // Writes the tables directly: through the store each session would take three commits.
  // Every 1500th is open; every tenth was closed long ago.
  void load() throws SQLException {
    long start = System.nanoTime();
    sql(
        "INSERT INTO sessions (id, token_id, app_name, agent, permissions, created_at, last_turn_at,"
            + " closed_at, released, turn_count, conversation_id, input_tokens, output_tokens,"
            + " cache_read_tokens, cache_write_tokens, cost_nano_usd, meta) "
            + numbers(sessions)
            + " SELECT printf('session-%08d', n), 'app-1', 'app', 'claude', 'approve-all', "
            + ms(EXPIRED) + ", " + ms(EXPIRED) + ", CASE WHEN n % 1500 = 0 THEN NULL"
            + " WHEN n % 10 = 1 THEN " + ms(EXPIRED) + " ELSE " + ms(NOW) + " END,"
            + " n % 1500 <> 0, 1, printf('conversation-%08d', n), 1, 2, 3, 4, 5, '{}' FROM numbers",
        "INSERT INTO turns (session, turn_index, token_id, app_name, state, created_at, started_at,"
            + " ended_at, answering_model, stop_reason, context_lost, prompt_bytes, files,"
            + " request_id) SELECT seq, 1, token_id, app_name, 'completed', created_at, created_at,"
            + " created_at, 'claude-sonnet-5', 'end_turn', 0, 1, 0, printf('request-%d', seq)"
            + " FROM sessions",
        "INSERT INTO turn_events (turn, seq, payload) " + numbers(10)
            + " SELECT turns.seq, n, zeroblob(" + EVENT_BYTES + ") FROM turns JOIN numbers"
            + " ORDER BY turns.seq, n",
        "INSERT INTO session_events (session_id, token_id, app_name, kind, at, turn_index,"
            + " turn_state, answering_model, stop_reason, input_tokens, output_tokens,"
            + " cache_read_tokens, cache_write_tokens, cost_nano_usd) " + numbers(10)
            + " SELECT id, token_id, printf('app-%d', sessions.seq % 50), 'turn', created_at"
            + " - sessions.seq % 90 * 86400000, n, 'completed', printf('model-%d',"
            + " sessions.seq % 7), 'end_turn', 1, 2, 3, 4, 5 FROM sessions JOIN numbers"
            + " ORDER BY sessions.seq, n",
        "INSERT INTO sessions (id, token_id, app_name, agent, permissions, created_at, closed_at,"
            + " turn_count, meta) " + numbers(10) + " SELECT printf('long-%d', n - 1), 'app-2',"
            + " 'app', 'claude', 'approve-all', " + ms(NOW) + ", " + ms(NOW) + ", 1, '{}'"
            + " FROM numbers",
        "INSERT INTO turns (session, turn_index, token_id, app_name, state, created_at,"
            + " context_lost, prompt_bytes, files, request_id) SELECT seq, 1, token_id, app_name,"
            + " 'completed', created_at, 0, 1, 0, 'request' FROM sessions WHERE token_id = 'app-2'",
        "INSERT INTO turn_events (turn, seq, payload) " + numbers(1000)
            + " SELECT turns.seq, n, zeroblob(" + EVENT_BYTES + ") FROM turns JOIN numbers"
            + " WHERE turns.token_id = 'app-2'");
    System.out.printf(
        "%d sessions, %d events, %d entries of the trail; %d MiB, filled in %.0f s%n",
        sessions,
        sessions * 10L,
        sessions * 10L,
        size() / MEBIBYTE,
        (System.nanoTime() - start) / 1e9);
  }

  private static String numbers(int upTo) {
    return "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < "
        + upTo + ")";
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous = OFF");
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  SqliteLedger open() {
    return SqliteLedger.open(file(), folder.resolve("files"));
  }

  private Path file() {
    return folder.resolve("clawdforge.db");
  }

  private long size() {
    try {
      return Files.size(file());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private int any() {
    return 1 + random.nextInt(sessions);
  }

  private static String id(int number) {
    return "session-%08d".formatted(number);
  }

  private static long ms(Instant instant) {
    return instant.toEpochMilli();
  }

  private static void time(String what, IntConsumer work) {
    time(what, READS, work);
  }

  private static void time(String what, int times, IntConsumer work) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < Math.min(times, WARM_UP); i++) {
      work.accept(i);
    }
    for (int i = 0; i < times; i++) {
      int time = i;
      values.add(millis(() -> work.accept(time)));
    }
    print(what, values);
  }

  static double millis(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static void print(String what, List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    System.out.printf(
        "%-26s p50 %8.3f   p99 %8.3f   max %8.3f   (%d times)%n",
        what, quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.getLast(), sorted.size());
  }

  private static double quantile(List<Double> sorted, double q) {
    return sorted.get((int) Math.round(q * (sorted.size() - 1)));
  }
}
