package com.clawdforge.http.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How much of the suites is run, and from which seed: {@code -Dfaults=all} for all of them and a
 * new series each time, {@code -Dfaults.seed=NUMBER} to have a series again. Each build has the
 * same one, so that what fails was broken by a change.
 */
final class Scale {
  private static final boolean ALL = "all".equals(System.getProperty("faults"));

  private static final long OF_EACH_BUILD = 1;

  private Scale() {}

  /** One of two numbers: for each build, or for a whole run. */
  static int of(String suite, int cut, int all) {
    return Integer.getInteger("faults." + suite, ALL ? all : cut);
  }

  /** The seed of a suite, which is printed. */
  static long seed(String suite) {
    @Nullable String chosen = System.getProperty("faults.seed");
    long any = ALL ? new Random().nextLong() : OF_EACH_BUILD;
    long seed = chosen == null || chosen.isEmpty() ? any : Long.parseLong(chosen);
    System.out.printf("%s: -Dfaults.seed=%d%n", suite, seed);
    return seed;
  }

  /** Prints a table in Markdown, and keeps it in the folder of what is built. */
  static void report(String suite, List<String> lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    System.out.print(text);
    Path folder = Files.createDirectories(Path.of("target/faults"));
    Files.writeString(folder.resolve(suite + ".md"), text);
  }

  /** A row of a table in Markdown. */
  static String row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ')
          .append(cell instanceof Double number ? String.format(Locale.ROOT, "%.2f", number) : cell)
          .append(" |");
    }
    return row.toString();
  }
}
