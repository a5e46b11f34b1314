import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.client.ForgeAdmin;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Compares a warm {@code POST /sessions/{id}/turn} with {@code acpx prompt} in another session, up
 * to its result line, in turn. Acpx idles for a second after each prompt and the next one would
 * wait for it, so there is a pause before each.
 */
final class WarmTurn {
  private static final Path AGENTS = Bench.AGENTS.resolve("node_modules");
  private static final String NAME = "bench";
  private static final String PROMPT = "What is 2+2?";
  private static final String ANSWER = "four";
  private static final int WARM_UP = 5;
  private static final long PAUSE_MILLIS = 1700;
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
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text(ANSWER)))) {
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
    acpx("sessions", "new", "--name", NAME).waitFor();
    try {
      Bench.inTurn(
          pairs,
          WARM_UP,
          "warm turn",
          () -> turn(session),
          "acpx to its result",
          this::prompt);
    } finally {
      acpx("sessions", "close", NAME).waitFor();
    }
  }

  private double turn(String session) throws Exception {
    Thread.sleep(PAUSE_MILLIS);
    long start = System.nanoTime();
    JsonNode answer =
        post("/sessions/" + session + "/turn", "{\"prompt\":\"" + PROMPT + "\"}");
    double took = Bench.millisSince(start);
    check(answer.get("events").toString());
    return took;
  }

  private double prompt() throws Exception {
    Thread.sleep(PAUSE_MILLIS);
    long start = System.nanoTime();
    Process acpx = acpx("prompt", "-s", NAME, "-f", "-");
    try (var stdin = acpx.getOutputStream()) {
      stdin.write(PROMPT.getBytes(StandardCharsets.UTF_8));
    }
    StringBuilder said = new StringBuilder();
    double took = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(acpx.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line);
        if (line.contains("\"stopReason\"")) {
          took = Bench.millisSince(start);
        }
      }
    }
    acpx.waitFor();
    check(said.toString());
    return took;
  }

  private Process acpx(String... arguments) throws IOException {
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
                "--agent=\""
                    + node
                    + "\" \""
                    + AGENTS.resolve("@agentclientprotocol/claude-agent-acp/dist/index.js")
                    + "\""));
    argv.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(argv).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("CLAUDE_CODE_EXECUTABLE", AGENTS.resolve(".bin/claude").toString());
    builder.environment().put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    builder.environment().put("DISABLE_AUTOUPDATER", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    if (!arguments[0].equals("prompt")) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    return builder.start();
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

  private static void check(String said) {
    if (!said.contains(ANSWER)) {
      throw new IllegalStateException("a wrong answer: " + said);
    }
  }
}
