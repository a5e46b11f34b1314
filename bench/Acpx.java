import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A session of the bare command line {@code acpx}, on the same adapter. */
final class Acpx implements AutoCloseable {
  /** Acpx idles for a second after each prompt, and the next one would wait for it. */
  static final long PAUSE_MILLIS = 1700;

  private static final Path AGENTS = Bench.AGENTS.resolve("node_modules");
  private static final String NAME = "bench";

  private final Map<String, String> environment;
  private final Path cwd;

  private Acpx(Map<String, String> environment, Path cwd) {
    this.environment = environment;
    this.cwd = cwd;
  }

  /** Times of one prompt, in milliseconds: to its result line, and to the end of the program. */
  record Prompted(double toResult, double toExit) {}

  static Acpx open(Map<String, String> environment, Path cwd) throws Exception {
    Acpx session = new Acpx(environment, cwd);
    session.start("sessions", "new", "--name", NAME).waitFor();
    return session;
  }

  Prompted prompt() throws Exception {
    long start = System.nanoTime();
    Process acpx = start("prompt", "-s", NAME, "-f", "-");
    try (var stdin = acpx.getOutputStream()) {
      stdin.write(Bench.PROMPT.getBytes(StandardCharsets.UTF_8));
    }
    StringBuilder said = new StringBuilder();
    double toResult = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(acpx.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line);
        if (line.contains("\"stopReason\"")) {
          toResult = Bench.millisSince(start);
        }
      }
    }
    acpx.waitFor();
    double toExit = Bench.millisSince(start);
    Bench.checkContains(said.toString());
    return new Prompted(toResult, toExit);
  }

  @Override
  public void close() throws Exception {
    start("sessions", "close", NAME).waitFor();
  }

  private Process start(String... arguments) throws IOException {
    String node = AGENTS.resolve(".bin/node").toString();
    List<String> argv =
        new ArrayList<>(
            List.of(
                node,
                AGENTS.resolve("acpx/dist/cli.js").toString(),
                "--format=json",
                "--approve-all",
                "--no-fs",
                "--no-terminal",
                "--cwd=" + cwd,
                "--agent=\"" + node + "\" \"" + Acp.ADAPTER + "\""));
    argv.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(argv).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("CLAUDE_CODE_EXECUTABLE", AGENTS.resolve(".bin/claude").toString());
    Claude.quiet(builder);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    if (!arguments[0].equals("prompt")) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    return builder.start();
  }
}
