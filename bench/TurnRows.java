import java.util.Map;

/** A turn of a session whose agent is awake, beside the same prompt without a gateway. */
final class TurnRows {
  private static final long ACP_GOAL_MILLIS = 8;

  /** So long an agent is still at work after its answer, which would disturb the next turn. */
  private static final long PAUSE_MILLIS = 500;

  private TurnRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    try (Agented agented = Agented.start();
        Served server = agented.serve(Map.of())) {
      String session = server.open("claude");
      // Through acpx, a turn would wait for acpx to idle after the one before.
      long pause = server.build().speaksAcp() ? PAUSE_MILLIS : Acpx.PAUSE_MILLIS;
      Bench.Timed turn =
          () -> {
            Thread.sleep(pause);
            return server.turn(session);
          };
      byHand(table, scale, agented, turn, pause);
      acpx(table, scale, agented, turn);
      openCode(table, scale, agented, turn, pause);
    }
  }

  private static void byHand(
      Table table, All.Scale scale, Agented agented, Bench.Timed turn, long pause)
      throws Exception {
    try (Acp acp = Acp.claude(agented.environment(), agented.cwd())) {
      String own = acp.newSession();
      Pairs pairs =
          Pairs.measure(
              scale.pairs() * 2,
              scale.warmUp() * 2,
              turn,
              () -> {
                Thread.sleep(pause);
                long start = System.nanoTime();
                acp.prompt(own, Bench.PROMPT);
                return Bench.millisSince(start);
              });
      table.pair("warm turn", "ACP by hand", pairs, 1.5);
      table.line(
          "warm turn, what the gateway adds",
          pairs.differences().medianAndP90() + " ms",
          "ACP by hand",
          "—",
          "≤ " + ACP_GOAL_MILLIS + " ms",
          pairs.differences().median() <= ACP_GOAL_MILLIS);
    }
  }

  private static void acpx(Table table, All.Scale scale, Agented agented, Bench.Timed turn)
      throws Exception {
    try (Acpx acpx = Acpx.open(agented.environment(), agented.cwd())) {
      Pairs pairs =
          Pairs.measure(
              scale.pairs(),
              scale.warmUp(),
              turn,
              () -> {
                Thread.sleep(Acpx.PAUSE_MILLIS);
                return acpx.prompt().toExit();
              });
      table.pair("warm turn", "`acpx prompt` to its exit", pairs, 0.03);
    }
  }

  private static void openCode(
      Table table, All.Scale scale, Agented agented, Bench.Timed turn, long pause)
      throws Exception {
    try (OpenCode openCode = OpenCode.start(agented.temp(), agented.environment())) {
      Pairs pairs =
          Pairs.measure(
              scale.pairs(),
              scale.warmUp(),
              turn,
              () -> {
                Thread.sleep(pause);
                return openCode.message();
              });
      table.pair("warm turn", "a message to `opencode serve`", pairs, 0.5);
    } catch (Exception e) {
      e.printStackTrace();
      table.notMeasured("warm turn beside `opencode serve`", String.valueOf(e.getMessage()));
    }
  }
}
