import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The way of an event within the server, measured by JMH in {@code bench/jmh}. */
final class JmhRow {
  private static final Path PROJECT = Bench.ROOT.resolve("bench/jmh");

  private JmhRow() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    run("mvn", "-q", "-B", "-f", PROJECT.resolve("pom.xml").toString(), "process-classes");
    Path target = PROJECT.resolve("target");
    Path results = target.resolve("results.json");
    List<String> jmh =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                target.resolve("classes") + ":" + target.resolve("lib") + "/*:"
                    + Build.CURRENT.jar(),
                "org.openjdk.jmh.Main",
                "EventPath",
                "-rf",
                "json",
                "-rff",
                results.toString()));
    if (scale.quick()) {
      jmh.addAll(List.of("-f", "1", "-wi", "2", "-i", "3", "-w", "500ms", "-r", "500ms"));
    }
    run(jmh.toArray(new String[0]));
    JsonNode all = new JsonMapper().readTree(Files.readAllBytes(results));
    JsonNode turn = metric(all, "turn");
    JsonNode jackson = metric(all, "jackson");
    table.line(
        "an event from the agent's line to a reader, in the server (JMH)",
        shown(turn),
        "Jackson alone: " + shown(jackson),
        Stats.number(turn.get("score").asDouble() / jackson.get("score").asDouble()),
        "≤ 50 µs, as 20,000 a second fit on a core",
        turn.get("score").asDouble() <= 50_000);
  }

  private static String shown(JsonNode metric) {
    return "%s µs (± %s)"
        .formatted(
            Stats.number(metric.get("score").asDouble() / 1e3),
            Stats.number(metric.get("scoreError").asDouble() / 1e3));
  }

  private static JsonNode metric(JsonNode all, String benchmark) {
    for (JsonNode one : all) {
      if (one.get("benchmark").asText().endsWith("." + benchmark)) {
        return one.get("primaryMetric");
      }
    }
    throw new IllegalStateException("JMH did not measure " + benchmark);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream said = process.getInputStream()) {
      said.transferTo(System.err);
    }
    if (process.waitFor() != 0) {
      throw new IOException(Arrays.asList(command).getFirst() + " failed");
    }
  }
}
