import com.clawdforge.acpx.offline.OfflineModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the benchmarks share: a server of their own, and percentiles. */
final class Bench {
  static final Path ROOT = Path.of(System.getProperty("clawdforge.root"));

  /** The folder with the agents to measure. */
  static final Path AGENTS = Path.of(System.getProperty("clawdforge.agents"));

  /** What the agents are asked, and what the model says. */
  static final String PROMPT = "What is 2+2?";

  static final String ANSWER = "four";

  private static final Pattern PORT = Pattern.compile("http://[^:]+:(\\d+)");

  private Bench() {}

  /** Does something once and returns the milliseconds it took. */
  interface Timed {
    double once() throws Exception;
  }

  /** The environment of agents that use this model. */
  static Map<String, String> environment(Path temp, OfflineModel model) throws IOException {
    return Map.of(
        "HOME", Files.createDirectories(temp.resolve("home")).toString(),
        "PATH", System.getenv("PATH"),
        "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
        "ANTHROPIC_API_KEY", "offline-dummy-key");
  }

  /** Runs both in turn, each first every other time, and prints their times and the ratios. */
  static void inTurn(int pairs, int warmUp, String ours, Timed us, String theirs, Timed them)
      throws Exception {
    Pairs measured = Pairs.measure(pairs, warmUp, us, them);
    System.out.printf("%d pairs after %d to warm up%n", pairs, warmUp);
    print(ours + ", ms", measured.ours(), "%.0f");
    print(theirs + ", ms", measured.theirs(), "%.0f");
    print("ratio, pair by pair", measured.ratios(), "%.3f");
  }

  static Process startServer(Path temp, Map<String, String> environment, String secret)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Djava.io.tmpdir=" + temp,
            "-Dclawdforge.agents=" + AGENTS,
            "-jar",
            ROOT.resolve("clawdforge-http/target/clawdforge.jar").toString(),
            "serve");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("ADMIN_BOOTSTRAP_TOKEN", secret);
    builder.environment().put("CLAWDFORGE_PORT", "0");
    builder.environment().put("CLAWDFORGE_DATA_DIR", temp.resolve("data").toString());
    builder.directory(temp.toFile());
    return builder.redirectErrorStream(true).start();
  }

  static String awaitUrl(Process server) throws IOException {
    BufferedReader log =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.append(line).append('\n');
      Matcher port = PORT.matcher(line);
      if (line.contains("serves on") && port.find()) {
        Thread.ofPlatform().daemon().start(() -> readOn(log));
        return "http://127.0.0.1:" + port.group(1);
      }
    }
    throw new IllegalStateException("the server did not start:\n" + said);
  }

  // A full pipe would block the server.
  private static void readOn(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // Ends with the server.
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  static void check(String answer) {
    if (!answer.equals(ANSWER)) {
      throw new IllegalStateException("a wrong answer: " + answer);
    }
  }

  static void checkContains(String said) {
    if (!said.contains(ANSWER)) {
      throw new IllegalStateException("a wrong answer: " + said);
    }
  }

  static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static void print(String what, Stats values, String format) {
    System.out.printf(
        "%-22s median " + format + ", p10 " + format + ", p90 " + format + ", min " + format
            + ", max " + format + "%n",
        what,
        values.median(),
        values.quantile(0.1),
        values.quantile(0.9),
        values.quantile(0),
        values.quantile(1));
  }
}
