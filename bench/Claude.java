import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A bare {@code claude -p}: one process for each prompt. */
final class Claude {
  private static final Path CLAUDE = Bench.AGENTS.resolve("node_modules/.bin/claude");

  private Claude() {}

  /** Runs it once, and returns the milliseconds from its start to its end. */
  static double run(Path temp, Map<String, String> environment) throws Exception {
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
    quiet(builder);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    long start = System.nanoTime();
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(Bench.PROMPT.getBytes(StandardCharsets.UTF_8));
    }
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    double took = Bench.millisSince(start);
    Bench.check(answer);
    return took;
  }

  /** No updates and no telemetry, as the gateway has it. */
  static void quiet(ProcessBuilder builder) throws IOException {
    builder.environment().put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    builder.environment().put("DISABLE_AUTOUPDATER", "1");
  }
}
