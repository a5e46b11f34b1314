import java.util.Map;

/** A run without tools beside a bare {@code claude -p} on the same prompt. */
final class RunRows {
  // Long enough for another process to be made ready, which would disturb what is measured next.
  private static final long PAUSE_MILLIS = 1500;
  private static final String WARM_RUNS = "CLAWDFORGE_WARM_RUNS";

  private RunRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    try (Agented agented = Agented.start()) {
      if (Build.CURRENT.knows(WARM_RUNS)) {
        try (Served server = agented.serve(Map.of(WARM_RUNS, "1"))) {
          table.pair(
              "`/run`, warm", "`claude -p`", pairs(agented, server, scale, PAUSE_MILLIS), 0.2);
        }
      } else {
        table.notMeasured("`/run`, warm", "this version keeps no process ready");
      }
      try (Served server = agented.serve(Map.of(WARM_RUNS, "0"))) {
        table.pair("`/run`, cold", "`claude -p`", pairs(agented, server, scale, 0), 1.05);
      }
    }
  }

  private static Pairs pairs(Agented agented, Served server, All.Scale scale, long pause)
      throws Exception {
    return Pairs.measure(
        scale.pairs(),
        scale.warmUp(),
        () -> {
          Thread.sleep(pause);
          double took = server.run();
          Thread.sleep(pause);
          return took;
        },
        () -> Claude.run(agented.temp(), agented.environment()));
  }
}
