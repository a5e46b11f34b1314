import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * From the start of the launcher to the first answer of {@code /healthz}, beside the start of a bare
 * Javalin.
 */
final class StartRow {
  private static final double GOAL_SECONDS = 0.6;
  // A launcher may prepare faster starts in the background after its first one.
  private static final long PREPARE_MILLIS = 20_000;

  private StartRow() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    try (Agented agented = Agented.start()) {
      Bench.Timed server = () -> server(Build.CURRENT, agented.temp(), agented.environment());
      server.once();
      Thread.sleep(PREPARE_MILLIS);
      Pairs pairs = Pairs.measure(scale.pairs() / 2, 1, server, StartRow::hello);
      table.line(
          "start to `/healthz`",
          pairs.ours().medianAndP90() + " ms",
          "a bare Javalin: " + pairs.theirs().medianAndP90() + " ms",
          pairs.ratios().medianAndP90(),
          "≤ " + Table.plain(GOAL_SECONDS) + " s",
          pairs.ours().median() <= GOAL_SECONDS * 1000);
    }
  }

  static double server(Build build, Path temp, Map<String, String> environment) throws Exception {
    Path folder = Files.createTempDirectory(temp, "start-");
    int port = freePort();
    long start = System.nanoTime();
    Process process =
        Served.process(build, folder, environment, Map.of(), UUID.randomUUID().toString(), port);
    return untilAnswered(process, start, URI.create("http://127.0.0.1:" + port + "/healthz"));
  }

  private static double hello() throws Exception {
    int port = freePort();
    long start = System.nanoTime();
    Process process = Hello.start(port, List.of());
    return untilAnswered(process, start, URI.create("http://127.0.0.1:" + port + "/"));
  }

  static double untilAnswered(Process process, long start, URI uri) throws Exception {
    try {
      byte[] request = RawHttp.request("GET", uri, "none", "*/*", "");
      long until = start + Duration.ofSeconds(60).toNanos();
      while (System.nanoTime() < until && process.isAlive()) {
        try (RawHttp http = RawHttp.connect(uri)) {
          if (http.send(request) == 200) {
            return Bench.millisSince(start);
          }
        } catch (IOException notYet) {
          Thread.sleep(2);
        }
      }
      throw new IllegalStateException(uri + " did not answer");
    } finally {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
