import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Memory of the server, and of the agents of a session beside one by hand. */
final class MemoryRows {
  private static final int IDLE = 50;
  // What an agent does after an answer ends within this.
  private static final long SETTLE_MILLIS = 4000;

  private MemoryRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    int sessions = scale.quick() ? 2 : 4;
    try (Agented agented = Agented.start()) {
      try (Served server = agented.serve(Map.of())) {
        Thread.sleep(SETTLE_MILLIS);
        table.value("server at rest, RSS (PSS)", Memory.of(server.pid()).shown(), "—");
        for (int i = 0; i < IDLE; i++) {
          server.open("claude");
        }
        Thread.sleep(SETTLE_MILLIS);
        table.value(
            "server with " + IDLE + " open idle sessions, RSS (PSS)",
            Memory.of(server.pid()).shown(),
            "—");
      }
      List<Double> ours = new ArrayList<>();
      try (Served server = agented.serve(Map.of())) {
        for (int i = 0; i < sessions; i++) {
          server.turn(server.open("claude"));
          Thread.sleep(SETTLE_MILLIS);
          ours.add(Memory.ofAgents(server.pid(), server.folder()));
        }
        table.value(
            "server with " + sessions + " sessions after a turn, RSS (PSS)",
            Memory.of(server.pid()).shown(),
            "—");
      }
      agents(table, ours, byHand(agented, sessions));
    }
  }

  private static void agents(Table table, List<Double> ours, List<Double> theirs) {
    double own = Memory.perSession(ours);
    double other = Memory.perSession(theirs);
    table.line(
        "agents of one more session after a turn, PSS",
        "%.0f MiB".formatted(own),
        "ACP by hand, one more session in the same process: %.0f MiB".formatted(other),
        Stats.number(own / other),
        "ratio ≤ 1.1",
        own <= 1.1 * other);
    table.value(
        "agents of the first session, PSS",
        "%.0f MiB".formatted(ours.getFirst()),
        "ACP by hand: %.0f MiB".formatted(theirs.getFirst()));
  }

  private static List<Double> byHand(Agented agented, int sessions)
      throws IOException, InterruptedException, Exception {
    List<Double> sums = new ArrayList<>();
    try (Acp acp = Acp.claude(agented.environment(), agented.cwd())) {
      for (int i = 0; i < sessions; i++) {
        acp.prompt(acp.newSession(), Bench.PROMPT);
        Thread.sleep(SETTLE_MILLIS);
        sums.add(
            Memory.of(acp.pid()).proportional()
                + Memory.ofAgents(acp.pid(), agented.temp().resolve("no other process")));
      }
    }
    return sums;
  }
}
