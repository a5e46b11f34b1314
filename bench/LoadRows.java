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
  private static final int RATE = 100;
  private static final double GOAL_MILLIS = 50;
  private static final double GOAL_MEBIBYTES = 300;
  private static final String STAMP = "at=";

  private LoadRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    int turns = Integer.getInteger("bench.turns", scale.quick() ? 20 : 200);
    int seconds = scale.quick() ? 3 : 20;
    if (!Build.CURRENT.speaksAcp()) {
      table.notMeasured("load", "this version has no CLAWDFORGE_ACP_AGENTS");
      return;
    }
    try (Agented agented = Agented.start();
        Served server = agented.serve(settings(agented.temp(), turns))) {
      List<String> sessions = new ArrayList<>();
      for (int i = 0; i < turns; i++) {
        String session = server.open("fake");
        // Starts its agent.
        follow(server, session, 1);
        sessions.add(session);
      }
      measure(table, server, sessions, RATE * seconds);
    }
  }

  private static Map<String, String> settings(Path temp, int turns) throws IOException {
    JsonMapper json = new JsonMapper();
    ObjectNode settings = json.createObjectNode();
    ObjectNode fake = settings.putObject("agent_servers").putObject("fake");
    fake.put("command", Bench.ROOT.resolve("bench/fake-agent").toString());
    fake.putArray("args");
    fake.putObject("env");
    Path file = Files.writeString(temp.resolve("agents.json"), settings.toString());
    return Map.of(
        "CLAWDFORGE_ACP_AGENTS", file.toString(),
        "CLAWDFORGE_MAX_OPEN_SESSIONS", Integer.toString(2 * turns),
        "CLAWDFORGE_MAX_CONCURRENT_TURNS", Integer.toString(2 * turns));
  }

  private static void measure(Table table, Served server, List<String> sessions, int events)
      throws Exception {
    double largest = Memory.of(server.pid()).resident();
    List<Double> delays = new ArrayList<>();
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
    long sent = (long) sessions.size() * events;
    Stats all = Stats.of(delays);
    String what = sessions.size() + " turns in flight, " + RATE + " events a second each";
    table.line(
        what + ": delay of an event, p99",
        "%s ms (median %s)"
            .formatted(Stats.number(all.quantile(0.99)), Stats.number(all.median())),
        "the time in the event",
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

  /** The delays of the events of a turn, in milliseconds, in their order. */
  private static List<Double> follow(Served server, String session, int events)
      throws IOException {
    List<Double> delays = new ArrayList<>(events);
    boolean completed = false;
    try (EventStream stream =
        server.stream(session, events + " events, " + RATE + " a second")) {
      for (String line = stream.next(); line != null; line = stream.next()) {
        int stamp = line.indexOf(STAMP);
        if (stamp >= 0 && line.startsWith("data:")) {
          int from = stamp + STAMP.length();
          double at = Double.parseDouble(line.substring(from, line.indexOf(' ', from)));
          Instant now = Instant.now();
          delays.add((now.getEpochSecond() - at) * 1e3 + now.getNano() / 1e6);
        }
        completed |= line.contains("event: turn") || line.contains("event:turn");
      }
    }
    if (!completed) {
      throw new IllegalStateException("a turn did not complete");
    }
    return delays;
  }
}
