import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Reply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A cold {@code POST /run} over HTTP beside a bare {@code claude -p} with the same prompt, in turn, so
 * that a machine whose speed drifts slows both. Prints milliseconds and, pair by pair, the ratio.
 */
final class ColdRun {
  private static final Path ROOT = Path.of(System.getProperty("clawdforge.root"));
  private static final Path CLAUDE = ROOT.resolve("agents/node_modules/.bin/claude");
  private static final Pattern PORT = Pattern.compile("http://[^:]+:(\\d+)");
  private static final String PROMPT = "What is 2+2?";
  private static final String ANSWER = "four";
  private static final int WARM_UP = 10;

  private ColdRun() {}

  public static void main(String[] args) throws Exception {
    int pairs = args.length == 0 ? 21 : Integer.parseInt(args[0]);
    Path temp = Files.createTempDirectory("clawdforge-bench-");
    try (OfflineModel model = OfflineModel.start(Script.always(Reply.text(ANSWER)))) {
      Map<String, String> environment =
          Map.of(
              "HOME", Files.createDirectories(temp.resolve("home")).toString(),
              "PATH", System.getenv("PATH"),
              "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
              "ANTHROPIC_API_KEY", "offline-dummy-key");
      measure(pairs, temp, environment);
    } finally {
      try (Stream<Path> files = Files.walk(temp)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static void measure(int pairs, Path temp, Map<String, String> environment)
      throws Exception {
    String secret = UUID.randomUUID().toString();
    Process server = startServer(temp, environment, secret);
    try {
      String url = awaitUrl(server);
      String token;
      try (ForgeAdmin admin = ForgeAdmin.builder().baseUrl(url).adminToken(secret).build()) {
        token = admin.mint("bench", List.of()).token();
      }
      try (ForgeClient client = ForgeClient.builder().baseUrl(url).token(token).build()) {
        report(pairs, client, temp, environment);
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static void report(
      int pairs, ForgeClient client, Path temp, Map<String, String> environment) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = -WARM_UP; i < pairs; i++) {
      // Each goes first every other time.
      boolean first = i % 2 == 0;
      double a = first ? run(client) : 0;
      double b = claude(temp, environment);
      a = first ? a : run(client);
      if (i >= 0) {
        ours.add(a);
        bare.add(b);
        ratios.add(a / b);
      }
    }
    System.out.printf("%d pairs after %d to warm up%n", pairs, WARM_UP);
    print("cold /run, ms", ours, "%.0f");
    print("bare claude -p, ms", bare, "%.0f");
    print("ratio, pair by pair", ratios, "%.3f");
  }

  private static double run(ForgeClient client) {
    long start = System.nanoTime();
    String answer =
        client
            .run(RunRequest.builder().prompt(PROMPT).timeout(Duration.ofMinutes(1)).build())
            .asText();
    double took = millisSince(start);
    check(answer);
    return took;
  }

  private static double claude(Path temp, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            CLAUDE.toString(),
            "-p",
            "--model=sonnet",
            "--setting-sources=",
            "--no-session-persistence");
    builder.directory(Files.createDirectories(temp.resolve("cwd")).toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    builder.environment().put("DISABLE_AUTOUPDATER", "1");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    long start = System.nanoTime();
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(PROMPT.getBytes(StandardCharsets.UTF_8));
    }
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    double took = millisSince(start);
    check(answer);
    return took;
  }

  private static Process startServer(Path temp, Map<String, String> environment, String secret)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Dclawdforge.agents=" + ROOT.resolve("agents"),
            "-jar",
            ROOT.resolve("clawdforge-http/target/clawdforge.jar").toString(),
            "serve");
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("ADMIN_BOOTSTRAP_TOKEN", secret);
    builder.environment().put("CLAWDFORGE_PORT", "0");
    builder.environment().put("CLAWDFORGE_DATA_DIR", temp.resolve("data").toString());
    return builder.redirectErrorStream(true).start();
  }

  private static String awaitUrl(Process server) throws IOException {
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

  // A full pipe would stop the server.
  private static void readOn(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException ended) {
      // With the server.
    }
  }

  private static void check(String answer) {
    if (!answer.equals(ANSWER)) {
      throw new IllegalStateException("a wrong answer: " + answer);
    }
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static void print(String what, List<Double> values, String format) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    System.out.printf(
        "%-22s median " + format + ", p10 " + format + ", p90 " + format + ", min " + format
            + ", max " + format + "%n",
        what,
        quantile(sorted, 0.5),
        quantile(sorted, 0.1),
        quantile(sorted, 0.9),
        sorted.getFirst(),
        sorted.getLast());
  }

  private static double quantile(List<Double> sorted, double q) {
    return sorted.get((int) Math.round(q * (sorted.size() - 1)));
  }
}
