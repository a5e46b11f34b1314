import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Lines of a table in Markdown, each written at once, so that none is lost when a later one fails. */
final class Table {
  private static final String NONE = "—";

  private final Path file;

  Table(Path file) {
    this.file = file;
  }

  /** A time in milliseconds beside its anchor; the goal is for the median of the ratios. */
  void pair(String what, String anchor, Pairs pairs, double goal) {
    line(
        what,
        pairs.ours().medianAndP90() + " ms",
        anchor + ": " + pairs.theirs().medianAndP90() + " ms",
        pairs.ratios().medianAndP90(),
        "ratio ≤ " + plain(goal),
        pairs.ratios().median() <= goal);
  }

  /** A value beside its anchor, with a ratio that was found otherwise, or none. */
  void line(
      String what, String ours, String anchor, String ratio, String goal, boolean reached) {
    write(what, ours, anchor, ratio, goal, reached ? "yes" : "no");
  }

  /** A value that no goal is for. */
  void value(String what, String ours, String anchor) {
    write(what, ours, anchor, NONE, NONE, NONE);
  }

  /** What could not be measured, and why. */
  void notMeasured(String what, String why) {
    write(what, "not measured: " + why, NONE, NONE, NONE, NONE);
  }

  static String plain(double number) {
    return number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : String.valueOf(number);
  }

  private void write(String... cells) {
    StringBuilder line = new StringBuilder("|");
    for (String cell : cells) {
      line.append(' ').append(cell.replaceAll("\\s+", " ").replace("|", "\\|")).append(" |");
    }
    System.err.println(line);
    try {
      Files.writeString(
          file, line.append('\n'), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
