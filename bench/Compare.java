import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares the servers of two builds, in turn: {@code Compare ROOT-OF-BASE PAIRS [PART...]}. Ends with
 * 1 if the new one is slower beyond the spread, and with 2 if something could not be measured.
 */
final class Compare {
  private static final double LIMIT = 1.15;
  private static final String WARM_RUNS = "CLAWDFORGE_WARM_RUNS";

  /** Makes what is timed, on a server of one of the builds. */
  interface Part {
    Bench.Timed on(Served server) throws Exception;
  }

  private static final Map<String, Part> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("run", server -> paused(1500, server::run));
    PARTS.put("cold", server -> server::run);
    PARTS.put(
        "turn",
        server -> {
          String session = server.open("claude");
          long pause = server.build().speaksAcp() ? 100 : Acpx.PAUSE_MILLIS;
          return paused(pause, () -> server.turn(session));
        });
    PARTS.put("first", server -> paused(1000, server::firstTurn));
    PARTS.put(
        "get",
        server -> {
          String path = "/sessions/" + server.open("claude");
          return () -> 1000 / GetRow.perSecond(server.uri(path), server.bearer(), 0.5);
        });
  }

  private Compare() {}

  public static void main(String[] args) throws Exception {
    Build base = new Build(Path.of(args[0]));
    int pairs = Integer.parseInt(args[1]);
    List<String> parts = new ArrayList<>(List.of(args).subList(2, args.length));
    if (parts.isEmpty()) {
      parts.addAll(PARTS.keySet());
      parts.add("start");
    }
    boolean slower = false;
    boolean failed = false;
    for (String part : parts) {
      try {
        slower |= isSlower(part, compare(part, base, pairs));
      } catch (Exception e) {
        e.printStackTrace();
        System.out.printf("%-6s not measured: %s%n", part, e.getMessage());
        failed = true;
      }
    }
    System.exit(slower ? 1 : failed ? 2 : 0);
  }

  private static Pairs compare(String part, Build base, int pairs) throws Exception {
    try (Agented agented = Agented.start()) {
      if (part.equals("start")) {
        return starts(agented, base, pairs);
      }
      Part what = PARTS.get(part);
      if (what == null) {
        throw new IllegalArgumentException("no such part; there are " + PARTS.keySet() + ", start");
      }
      Map<String, String> settings = Map.of(WARM_RUNS, part.equals("run") ? "1" : "0");
      try (Served server = agented.serve(settings);
          Served other = Served.start(base, agented.temp(), agented.environment(), settings)) {
        return Pairs.measure(pairs, 5, what.on(server), what.on(other));
      }
    }
  }

  private static Pairs starts(Agented agented, Build base, int pairs) throws Exception {
    return Pairs.measure(
        pairs,
        2,
        () -> StartRow.server(Build.CURRENT, agented.temp(), agented.environment()),
        () -> StartRow.server(base, agented.temp(), agented.environment()));
  }

  private static Bench.Timed paused(long millis, Bench.Timed what) {
    return () -> {
      Thread.sleep(millis);
      return what.once();
    };
  }

  private static boolean isSlower(String part, Pairs pairs) {
    Stats ratios = pairs.ratios();
    boolean slower = ratios.quantile(0.25) > LIMIT;
    System.out.printf(
        Locale.ROOT,
        "%-6s new %s ms, base %s ms, ratio %.3f, p25 %.3f, p75 %.3f, %d pairs%s%n",
        part,
        Stats.number(pairs.ours().median()),
        Stats.number(pairs.theirs().median()),
        ratios.median(),
        ratios.quantile(0.25),
        ratios.quantile(0.75),
        ratios.sorted().size(),
        slower ? ": SLOWER" : "");
    return slower;
  }
}
