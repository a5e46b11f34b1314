import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures starts of the server by the launcher: milliseconds to the first answer at /healthz, and
 * resident memory after some seconds at rest.
 */
final class Start {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long GLANCE_MS = 5;
  private static final long REST_MS = 5_000;

  private final Path root = Path.of(System.getProperty("clawdforge.root"));
  private final Path folder;

  private record Started(double milliseconds, double mebibytes) {}

  private Start(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    int pairs = args.length == 0 ? 11 : Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("clawdforge-start-");
    try {
      new Start(folder).measure(pairs);
    } finally {
      delete(folder);
    }
  }

  private void measure(int pairs) throws Exception {
    awaitCache();
    List<Started> with = new ArrayList<>();
    List<Started> without = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      with.add(start("on"));
      without.add(start("off"));
    }
    System.out.println("                 ms median    ms p90   MiB at rest");
    print("with a cache", with);
    print("without", without);
  }

  // The first start has it made in the background.
  private void awaitCache() throws Exception {
    Started unused = start("on");
    Path note =
        root.resolve(
            "clawdforge-http/target/classes-" + Runtime.version().feature() + ".cache.of");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(note)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no cache is made");
      }
      Thread.sleep(100);
    }
  }

  private Started start(String cache) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path data = Files.createTempDirectory(folder, "data-");
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("clawdforge").toString(), "serve")
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "CLAWDFORGE_CLASS_CACHE", cache,
                "CLAWDFORGE_PORT", String.valueOf(port),
                "CLAWDFORGE_DATA_DIR", data.toString(),
                "ADMIN_BOOTSTRAP_TOKEN", "a-secret-of-this-measure-of-the-start"));
    long began = System.nanoTime();
    Process server = builder.start();
    try {
      while (!answers(port)) {
        if (!server.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
          throw new IllegalStateException(Files.readString(data.resolve("log")));
        }
        Thread.sleep(GLANCE_MS);
      }
      double milliseconds = (System.nanoTime() - began) / 1e6;
      Thread.sleep(REST_MS);
      return new Started(milliseconds, mebibytes(server.pid()));
    } finally {
      server.destroy();
      if (!server.waitFor(60, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
      delete(data);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      socket
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] begin = socket.getInputStream().readNBytes(12);
      return new String(begin, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static double mebibytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    return Double.NaN;
  }

  private static void print(String what, List<Started> starts) {
    List<Double> times = starts.stream().map(Started::milliseconds).sorted().toList();
    List<Double> memory = starts.stream().map(Started::mebibytes).sorted().toList();
    System.out.printf(
        "%-14s %11.0f %9.0f %13.1f%n",
        what,
        times.get(times.size() / 2),
        times.get((int) (times.size() * 0.9)),
        memory.get(memory.size() / 2));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
