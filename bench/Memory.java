import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of processes, in MiB.
 *
 * @param resident all of it
 * @param proportional with a part only of what is shared with other processes
 */
record Memory(double resident, double proportional) {
  private static final Pattern RSS = Pattern.compile("(?m)^Rss:\\s+(\\d+) kB");
  private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB");

  static Memory of(long pid) throws IOException {
    Path rollup = Path.of("/proc/" + pid + "/smaps_rollup");
    if (!Files.isReadable(rollup)) {
      throw new IllegalStateException("there is no " + rollup);
    }
    String said = Files.readString(rollup);
    return new Memory(mebibytes(RSS, said), mebibytes(PSS, said));
  }

  /**
   * The proportional memory of all processes but one that have this folder in their environment, or
   * are below that one.
   */
  static double ofAgents(long parent, Path folder) {
    return ProcessHandle.allProcesses()
        .filter(it -> it.pid() != parent && it.pid() != ProcessHandle.current().pid())
        .filter(it -> isBelow(it, parent) || mentions(it.pid(), folder))
        .mapToDouble(it -> proportional(it.pid()))
        .sum();
  }

  private static boolean isBelow(ProcessHandle process, long parent) {
    for (Optional<ProcessHandle> it = process.parent();
        it.isPresent();
        it = it.get().parent()) {
      if (it.get().pid() == parent) {
        return true;
      }
    }
    return false;
  }

  private static boolean mentions(long pid, Path folder) {
    try {
      return new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8)
          .contains(folder.toString());
    } catch (IOException ended) {
      return false;
    }
  }

  private static double proportional(long pid) {
    try {
      return of(pid).proportional();
    } catch (IOException | IllegalStateException ended) {
      return 0;
    }
  }

  private static double mebibytes(Pattern line, String said) {
    Matcher matcher = line.matcher(said);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) / 1024 : 0;
  }

  String shown() {
    return "%.0f MiB (%.0f)".formatted(resident, proportional);
  }

  /** The slope of a line through the memory of one and of more sessions. */
  static double perSession(List<Double> sums) {
    return (sums.getLast() - sums.getFirst()) / (sums.size() - 1);
  }
}
