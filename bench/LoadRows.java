import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many turns at once, each streaming from an agent without a model. */
final class LoadRows {
  private static final Path AGENT = Bench.ROOT.resolve("bench/fake-agent");
  private static final int RATE = 100;
  private static final double GOAL_MILLIS = 50;
  private static final double GOAL_MEBIBYTES = 300;
  private static final String STAMP = "at=";

  private LoadRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    String wanted = System.getenv("BENCH_TURNS");
    int turns = wanted != null ? Integer.parseInt(wanted) : scale.quick() ? 20 : 200;
    int seconds = scale.quick() ? 3 : 20;
    if (!Build.CURRENT.speaksAcp()) {
      table.notMeasured("load", "this version has no CLAWDFORGE_ACP_AGENTS");
      return;
    }
    try (Agented agented = Agented.start()) {
      measure(table, agented, turns, RATE * seconds);
    }
  }

  private static void measure(Table table, Agented agented, int turns, int events)
      throws Exception {
    Stats alone = byHand(agented, turns, events);
    try (Served server = agented.serve(settings(agented.temp(), turns))) {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < turns; i++) {
        String session = server.open("fake");
        // Starts its agent.
        follow(server, session, 1);
        sessions.add(session);
      }
      measure(table, server, sessions, events, alone);
    }
  }

  private static Map<String, String> settings(Path temp, int turns) throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode settings = json.createObjectNode();
    ObjectNode fake = settings.putObject("agent_servers").putObject("fake");
    fake.put("command", AGENT.toString());
    fake.putArray("args");
    fake.putObject("env");
    Path file = Files.writeString(temp.resolve("agents.json"), settings.toString());
    return Map.of(
        "CLAWDFORGE_ACP_AGENTS", file.toString(),
        "CLAWDFORGE_MAX_OPEN_SESSIONS", Integer.toString(2 * turns),
        "CLAWDFORGE_MAX_CONCURRENT_TURNS", Integer.toString(2 * turns));
  }

  private static void measure(
      Table table, Served server, List<String> sessions, int events, Stats alone)
      throws Exception {
    // Warms up.
    stream(server, sessions, events / 4, new ArrayList<>());
    List<Double> delays = new ArrayList<>();
    double largest = stream(server, sessions, events, delays);
    long sent = (long) sessions.size() * events;
    Stats all = Stats.of(delays);
    String what = sessions.size() + " turns in flight, " + RATE + " events a second each";
    table.line(
        what + ": delay of an event, p99",
        "%s ms (median %s)"
            .formatted(Stats.number(all.quantile(0.99)), Stats.number(all.median())),
        "read from the agents by hand: %s ms (median %s)"
            .formatted(
                Stats.number(alone.quantile(0.99)), Stats.number(alone.median())),
        "—",
        "≤ " + Table.plain(GOAL_MILLIS) + " ms",
        all.quantile(0.99) <= GOAL_MILLIS);
    table.line(
        what + ": events lost",
        (sent - delays.size()) + " of " + sent,
        "the agents' count",
        "—",
        "0",
        sent == delays.size());
    table.line(
        what + ": the server's largest RSS",
        "%.0f MiB".formatted(largest),
        "—",
        "—",
        "≤ " + Table.plain(GOAL_MEBIBYTES) + " MiB",
        largest <= GOAL_MEBIBYTES);
  }

  /** Has all of them stream at once, adds the delays, and returns the server's largest RSS in MiB. */
  private static double stream(
      Served server, List<String> sessions, int events, List<Double> delays) throws Exception {
    double largest = Memory.of(server.pid()).resident();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Double>>> followers = new ArrayList<>();
      for (String session : sessions) {
        Callable<List<Double>> follower = () -> follow(server, session, events);
        followers.add(threads.submit(follower));
      }
      for (Future<List<Double>> follower : followers) {
        while (!follower.isDone()) {
          largest = Math.max(largest, Memory.of(server.pid()).resident());
          TimeUnit.MILLISECONDS.sleep(500);
        }
        delays.addAll(follower.get());
      }
    }
    return largest;
  }

  /** The delays of the events of a turn, in milliseconds, in their order. */
  private static List<Double> follow(Served server, String session, int events)
      throws IOException {
    List<Double> delays = new ArrayList<>(events);
    boolean completed = false;
    try (EventStream stream = server.stream(session, asked(events))) {
      for (String line = stream.next(); line != null; line = stream.next()) {
        note(line, delays);
        completed |= line.contains("event: turn") || line.contains("event:turn");
      }
    }
    if (!completed) {
      throw new IllegalStateException("a turn did not complete");
    }
    return delays;
  }

  // The delay of an event, if the line has one.
  private static void note(String line, List<Double> delays) {
    int stamp = line.indexOf(STAMP);
    if (stamp >= 0) {
      int from = stamp + STAMP.length();
      double at = Double.parseDouble(line.substring(from, line.indexOf(' ', from)));
      Instant now = Instant.now();
      delays.add((now.getEpochSecond() - at) * 1e3 + now.getNano() / 1e6);
    }
  }

  // The same agents without a server: what the machine can do at all.
  private static Stats byHand(Agented agented, int turns, int events) throws Exception {
    List<String> command = List.of(AGENT.toString());
    List<Acp> agents = new ArrayList<>();
    List<Double> delays = new ArrayList<>();
    // Reading from a process holds a platform thread.
    try (ExecutorService threads = Executors.newFixedThreadPool(turns)) {
      List<Future<List<Double>>> readers = new ArrayList<>();
      for (int i = 0; i < turns; i++) {
        agents.add(Acp.start(command, agented.environment(), agented.cwd()));
      }
      for (Acp agent : agents) {
        Callable<List<Double>> reader =
            () -> {
              List<Double> own = new ArrayList<>(events);
              agent.prompt(agent.newSession(), asked(events), line -> note(line, own));
              return own;
            };
        readers.add(threads.submit(reader));
      }
      for (Future<List<Double>> reader : readers) {
        delays.addAll(reader.get());
      }
    } finally {
      for (Acp agent : agents) {
        agent.close();
      }
    }
    return Stats.of(delays);
  }

  private static String asked(int events) {
    return events + " events, " + RATE + " a second";
  }
}
