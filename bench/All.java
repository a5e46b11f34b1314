import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures one part of the table and appends its lines to a file: {@code All PART FILE [--quick]}.
 * What cannot be measured becomes a line that says why.
 */
final class All {
  private static final long LIMIT_MINUTES = 45;

  /** What a part of the table measures with. */
  record Scale(boolean quick) {
    int pairs() {
      String wanted = System.getenv("BENCH_PAIRS");
      return wanted != null ? Integer.parseInt(wanted) : quick ? 5 : 21;
    }

    int warmUp() {
      return quick ? 2 : 7;
    }
  }

  /** A part of the table. */
  interface Part {
    void measure(Table table, Scale scale) throws Exception;
  }

  private static final Map<String, Part> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("run", RunRows::measure);
    PARTS.put("turn", TurnRows::measure);
    PARTS.put("first", FirstTurnRow::measure);
    PARTS.put("event", FirstEventRow::measure);
    PARTS.put("memory", MemoryRows::measure);
    PARTS.put("start", StartRow::measure);
    PARTS.put("load", LoadRows::measure);
    PARTS.put("get", GetRow::measure);
    PARTS.put("ledger", LedgerRows::measure);
    PARTS.put("jmh", JmhRow::measure);
  }

  private All() {}

  public static void main(String[] args) throws Exception {
    Part part = PARTS.get(args[0]);
    if (part == null) {
      throw new IllegalArgumentException(args[0] + " is none of " + PARTS.keySet());
    }
    Table table = new Table(Path.of(args[1]));
    Scale scale = new Scale(args.length > 2 && args[2].equals("--quick"));
    endWhatIsLeft();
    limit(args[0], table);
    try {
      part.measure(table, scale);
    } catch (Exception e) {
      e.printStackTrace();
      table.notMeasured(args[0], e.getMessage() == null ? e.toString() : e.getMessage());
    }
    System.exit(0);
  }

  private static void endWhatIsLeft() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
  }

  private static void limit(String part, Table table) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(LIMIT_MINUTES * 60_000);
                table.notMeasured(part, "it took longer than " + LIMIT_MINUTES + " minutes");
                System.exit(1);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
