import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server of OpenCode, an agent of its own that speaks with the same model. */
final class OpenCode implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final URI url;
  private String session = "";

  private OpenCode(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  static OpenCode start(Path temp, Map<String, String> environment) throws Exception {
    Path home = Files.createDirectories(temp.resolve("opencode"));
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                program().toString(), "serve", "--hostname=127.0.0.1", "--port=" + port)
            .directory(Files.createDirectories(home.resolve("project")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PATH", environment.get("PATH"));
    builder.environment().put("OPENCODE_DISABLE_AUTOUPDATE", "1");
    // Each of these would reach for the network.
    builder.environment().put("OPENCODE_DISABLE_MODELS_FETCH", "1");
    builder.environment().put("OPENCODE_DISABLE_DEFAULT_PLUGINS", "1");
    builder.environment().put("OPENCODE_DISABLE_LSP_DOWNLOAD", "1");
    builder
        .environment()
        .put("OPENCODE_CONFIG_CONTENT", settings(environment.get("ANTHROPIC_BASE_URL")));
    OpenCode server =
        new OpenCode(builder.start(), URI.create("http://127.0.0.1:" + port));
    try {
      server.awaitStart();
      server.session = server.post("/session", "{}").get("id").asText();
      return server;
    } catch (Exception e) {
      server.close();
      throw new IOException("opencode serve does not work here: " + e.getMessage(), e);
    }
  }

  // Its Anthropic provider with another address. The model is described here, so that no list of
  // models has to be fetched.
  private static String settings(String baseUrl) {
    ObjectNode settings = JSON.createObjectNode().put("autoupdate", false).put("share", "disabled");
    settings.put("model", "bench/model").put("small_model", "bench/model");
    ObjectNode provider = settings.putObject("provider").putObject("bench");
    provider.put("npm", "@ai-sdk/anthropic").put("name", "bench");
    provider.putObject("options").put("baseURL", baseUrl + "/v1").put("apiKey", "offline-dummy-key");
    provider.putObject("models").putObject("model").put("name", "model");
    return settings.toString();
  }

  // The package that npm chose for this machine; the script of opencode-ai would only link to it.
  private static Path program() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    Path program =
        Bench.ROOT.resolve(
            "bench/anchors/node_modules/opencode-%s-%s/bin/opencode"
                .formatted(mac ? "darwin" : "linux", processor));
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException("OpenCode is not installed; run npm install --no-save in bench/anchors");
    }
    return program;
  }

  /** A message in a session that is open; returns its milliseconds. */
  double message() throws Exception {
    long start = System.nanoTime();
    JsonNode answer =
        post(
            "/session/" + session + "/message",
            "{\"model\":{\"providerID\":\"bench\",\"modelID\":\"model\"},\"parts\":[{\"type\":"
                + "\"text\",\"text\":\"" + Bench.PROMPT + "\"}]}");
    double took = Bench.millisSince(start);
    Bench.checkContains(answer.path("parts").toString());
    return took;
  }

  @Override
  public void close() throws InterruptedException {
    http.close();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private void awaitStart() throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < until) {
      try {
        http.send(
            HttpRequest.newBuilder(url.resolve("/session")).timeout(Duration.ofSeconds(5)).build(),
            HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          throw new IllegalStateException("it ended with " + process.exitValue());
        }
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("it did not start within 60 s");
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
