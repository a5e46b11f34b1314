import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Compares a warm {@code POST /sessions/{id}/turn} with {@code acpx prompt} in another session, up
 * to its result line, in turn. Acpx idles for a second after each prompt and the next one would
 * wait for it, so there is a pause before each.
 */
final class WarmTurn {
  private static final int WARM_UP = 5;
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> environment;
  private final Path cwd;
  private final String url;
  private final String token;

  private WarmTurn(Map<String, String> environment, Path cwd, String url, String token) {
    this.environment = environment;
    this.cwd = cwd;
    this.url = url;
    this.token = token;
  }

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
    Process server = Bench.startServer(temp, environment, secret);
    try {
      String url = Bench.awaitUrl(server);
      try (ForgeAdmin admin = ForgeAdmin.builder().baseUrl(url).adminToken(secret).build()) {
        Path cwd = Files.createDirectories(temp.resolve("cwd"));
        String token = admin.mint("bench", List.of()).token();
        new WarmTurn(environment, cwd, url, token).report(pairs);
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private void report(int pairs) throws Exception {
    String session = post("/sessions", "{\"agent\":\"claude\"}").get("session_id").asText();
    try (Acpx acpx = Acpx.open(environment, cwd)) {
      Bench.inTurn(
          pairs,
          WARM_UP,
          "warm turn",
          () -> turn(session),
          "acpx to its result",
          () -> {
            Thread.sleep(Acpx.PAUSE_MILLIS);
            return acpx.prompt().toResult();
          });
    }
  }

  private double turn(String session) throws Exception {
    Thread.sleep(Acpx.PAUSE_MILLIS);
    long start = System.nanoTime();
    JsonNode answer =
        post("/sessions/" + session + "/turn", "{\"prompt\":\"" + Bench.PROMPT + "\"}");
    double took = Bench.millisSince(start);
    Bench.checkContains(answer.get("events").toString());
    return took;
  }

  private JsonNode post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }
}
