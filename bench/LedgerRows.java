import com.clawdforge.sqlite.SqliteLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/** Reads of a large ledger beside the same reads of a small one, in turn. */
final class LedgerRows {
  private static final List<String> SHOWN =
      List.of("list, all", "list, deep", "get", "replay, 10 events", "replay, 1000 events");
  private static final double GOAL = 1.2;
  private static final int BLOCK = 100;

  private LedgerRows() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    int small = scale.quick() ? 1_000 : 10_000;
    int large = scale.quick() ? 30_000 : 1_000_000;
    Path folder = Files.createTempDirectory("clawdforge-ledger-");
    try {
      Ledger smallOne = filled(folder.resolve("small"), small);
      Ledger largeOne = filled(folder.resolve("large"), large);
      try (SqliteLedger ofSmall = smallOne.open();
          SqliteLedger ofLarge = largeOne.open()) {
        Map<String, IntConsumer> anchors = smallOne.reading(ofSmall);
        Map<String, IntConsumer> reads = largeOne.reading(ofLarge);
        for (String name : SHOWN) {
          compare(
              table,
              "ledger of %,d sessions: %s, p99".formatted(large, name),
              "%,d sessions".formatted(small),
              reads.get(name),
              anchors.get(name),
              scale.quick() ? 5 : 30);
        }
      }
    } finally {
      Bench.delete(folder);
    }
  }

  private static Ledger filled(Path folder, int sessions) throws Exception {
    Ledger ledger = new Ledger(Files.createDirectories(folder), sessions);
    ledger.open().close();
    ledger.load();
    return ledger;
  }

  private static void compare(
      Table table, String what, String anchor, IntConsumer read, IntConsumer other, int blocks) {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    block(read, new ArrayList<>());
    block(other, new ArrayList<>());
    for (int i = 0; i < blocks; i++) {
      if (i % 2 == 0) {
        block(read, ours);
        block(other, theirs);
      } else {
        block(other, theirs);
        block(read, ours);
      }
    }
    double own = Stats.of(ours).quantile(0.99);
    double their = Stats.of(theirs).quantile(0.99);
    table.line(
        what,
        millis(own) + ", median " + millis(Stats.of(ours).median()),
        anchor + ": " + millis(their) + ", median " + millis(Stats.of(theirs).median()),
        Stats.number(own / their),
        "ratio ≤ " + Table.plain(GOAL),
        own <= GOAL * their);
  }

  private static void block(IntConsumer read, List<Double> took) {
    for (int i = 0; i < BLOCK; i++) {
      int time = i;
      took.add(Ledger.millis(() -> read.accept(time)));
    }
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.3f ms", value);
  }
}
