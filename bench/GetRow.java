import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** How often a session can be read in a second, beside a bare Javalin that says hello. */
final class GetRow {
  private static final int CONNECTIONS = 8;
  private static final double GOAL = 0.6;

  private GetRow() {}

  static void measure(Table table, All.Scale scale) throws Exception {
    double seconds = scale.quick() ? 0.5 : 2;
    try (Agented agented = Agented.start();
        Served server = agented.serve(Map.of())) {
      int port = StartRow.freePort();
      Process hello = Hello.start(port, server.javaOptions());
      try {
        URI session = server.uri("/sessions/" + server.open("claude"));
        URI bare = URI.create("http://127.0.0.1:" + port + "/");
        awaitAnswer(bare);
        Pairs pairs =
            Pairs.measure(
                scale.pairs(),
                scale.warmUp(),
                () -> perSecond(session, server.bearer(), seconds),
                () -> perSecond(bare, server.bearer(), seconds));
        table.line(
            "authenticated `GET /sessions/{id}`",
            "%.0f a second (%.0f)".formatted(pairs.ours().median(), pairs.ours().quantile(0.1)),
            "a bare Javalin: %.0f a second (%.0f)"
                .formatted(pairs.theirs().median(), pairs.theirs().quantile(0.1)),
            Stats.number(pairs.ratios().median())
                + " ("
                + Stats.number(pairs.ratios().quantile(0.1))
                + ")",
            "ratio ≥ " + Table.plain(GOAL),
            pairs.ratios().median() >= GOAL);
      } finally {
        hello.destroy();
        hello.waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  /** Requests a second over several connections. */
  static double perSecond(URI uri, String bearer, double seconds) throws Exception {
    byte[] request = RawHttp.request("GET", uri, bearer, "*/*", "");
    long start = System.nanoTime();
    long until = start + (long) (seconds * 1e9);
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      Callable<Long> caller = () -> call(uri, request, until);
      List<Future<Long>> callers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        callers.add(threads.submit(caller));
      }
      long answers = 0;
      for (Future<Long> it : callers) {
        answers += it.get();
      }
      return answers / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static long call(URI uri, byte[] request, long until) throws IOException {
    long answers = 0;
    try (RawHttp http = RawHttp.connect(uri)) {
      while (System.nanoTime() < until) {
        int status = http.send(request);
        if (status != 200) {
          throw new IllegalStateException(uri + " answered " + status);
        }
        http.skipBody();
        answers++;
      }
    }
    return answers;
  }

  private static void awaitAnswer(URI uri) throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      try (RawHttp http = RawHttp.connect(uri)) {
        http.send(RawHttp.request("GET", uri, "none", "*/*", ""));
        return;
      } catch (IOException notYet) {
        Thread.sleep(10);
      }
    }
    throw new IllegalStateException("the bare Javalin did not start");
  }
}
