import java.util.Map;

/** The first turn of a new session, its opening included, beside a new process of the adapter. */
final class FirstTurnRow {
  private static final long PAUSE_MILLIS = 1000;

  private FirstTurnRow() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    try (Agented agented = Agented.start();
        Served server = agented.serve(Map.of())) {
      Pairs pairs =
          Pairs.measure(
              scale.pairs(),
              scale.warmUp(),
              () -> {
                Thread.sleep(PAUSE_MILLIS);
                return server.firstTurn();
              },
              () -> {
                Thread.sleep(PAUSE_MILLIS);
                return byHand(agented);
              });
      table.pair("first turn of a new session", "ACP by hand, with its start", pairs, 0.6);
    }
  }

  private static double byHand(Agented agented) throws Exception {
    long start = System.nanoTime();
    try (Acp acp = Acp.claude(agented.environment(), agented.cwd())) {
      acp.prompt(acp.newSession(), Bench.PROMPT);
      return Bench.millisSince(start);
    }
  }
}
