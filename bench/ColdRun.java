import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Compares a cold {@code POST /run} over HTTP with a bare {@code claude -p} on the same prompt, in
 * turn, so that a machine whose speed drifts slows both. Prints milliseconds and the ratio of each
 * pair.
 */
final class ColdRun {
  private static final int WARM_UP = 10;

  private ColdRun() {}

  public static void main(String[] args) throws Exception {
    int pairs = args.length == 0 ? 21 : Integer.parseInt(args[0]);
    Path temp = Files.createTempDirectory("clawdforge-bench-");
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text(Bench.ANSWER)))) {
      measure(pairs, temp, Bench.environment(temp, model));
    } finally {
      Bench.delete(temp);
    }
  }

  private static void measure(int pairs, Path temp, Map<String, String> environment)
      throws Exception {
    String secret = UUID.randomUUID().toString();
    Map<String, String> settings = new HashMap<>(environment);
    if (Build.CURRENT.knows("CLAWDFORGE_WARM_RUNS")) {
      settings.put("CLAWDFORGE_WARM_RUNS", "0");
    }
    Process server = Bench.startServer(temp, settings, secret);
    try {
      String url = Bench.awaitUrl(server);
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
    Bench.inTurn(
        pairs,
        WARM_UP,
        "cold /run",
        () -> run(client),
        "bare claude -p",
        () -> Claude.run(temp, environment));
  }

  private static double run(ForgeClient client) {
    long start = System.nanoTime();
    String answer =
        client
            .run(RunRequest.builder().prompt(Bench.PROMPT).timeout(Duration.ofMinutes(1)).build())
            .asText();
    double took = Bench.millisSince(start);
    Bench.check(answer);
    return took;
  }
}
