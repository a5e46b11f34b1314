import com.clawdforge.client.ForgeAdmin;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server as its launcher starts it, with a data folder of its own and a token. */
final class Served implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Build build;
  private final Process process;
  private final Path folder;
  private final String url;
  private final String token;

  private Served(Build build, Process process, Path folder, String url, String token) {
    this.build = build;
    this.process = process;
    this.folder = folder;
    this.url = url;
    this.token = token;
  }

  /**
   * @param environment what the agents get too
   * @param settings those that this build does not know are left out
   */
  static Served start(
      Build build, Path temp, Map<String, String> environment, Map<String, String> settings)
      throws IOException {
    Path folder = Files.createTempDirectory(temp, "server-");
    String secret = UUID.randomUUID().toString();
    Process process = process(build, folder, environment, settings, secret, 0);
    try {
      String url = Bench.awaitUrl(process);
      try (ForgeAdmin admin = ForgeAdmin.builder().baseUrl(url).adminToken(secret).build()) {
        String token = admin.mint("bench", List.of()).token();
        return new Served(build, process, folder, url, token);
      }
    } catch (RuntimeException | IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  static Process process(
      Build build,
      Path folder,
      Map<String, String> environment,
      Map<String, String> settings,
      String secret,
      int port)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(build.root().resolve("clawdforge").toString(), "serve");
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(environment);
    variables.put("LC_ALL", "C.UTF-8");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("TMPDIR", folder.toString());
    variables.put("ADMIN_BOOTSTRAP_TOKEN", secret);
    variables.put("CLAWDFORGE_PORT", Integer.toString(port));
    variables.put("CLAWDFORGE_DATA_DIR", folder.resolve("data").toString());
    settings.forEach(
        (name, value) -> {
          if (build.knows(name)) {
            variables.put(name, value);
          }
        });
    return builder.directory(folder.toFile()).redirectErrorStream(true).start();
  }

  Build build() {
    return build;
  }

  long pid() {
    return process.pid();
  }

  /** The options that Java runs with, but those about archives of its classes. */
  List<String> javaOptions() {
    return Stream.of(process.info().arguments().orElse(new String[0]))
        .filter(it -> it.startsWith("-X") && !it.contains("Archive") && !it.contains("AOT"))
        .filter(it -> !it.startsWith("-Xlog"))
        .toList();
  }

  /** A part of the environment or of the directory of all its processes. */
  Path folder() {
    return folder;
  }

  URI uri(String path) {
    return URI.create(url + path);
  }

  String bearer() {
    return "Bearer " + token;
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  JsonNode post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** A run without tools; returns its milliseconds. */
  double run() throws Exception {
    long start = System.nanoTime();
    JsonNode answer = post("/run", "{\"prompt\":\"" + Bench.PROMPT + "\"}");
    double took = Bench.millisSince(start);
    Bench.checkContains(answer.toString());
    return took;
  }

  String open(String agent) throws IOException, InterruptedException {
    return post("/sessions", "{\"agent\":\"" + agent + "\"}").get("session_id").asText();
  }

  /** A turn; returns its milliseconds. */
  double turn(String session) throws Exception {
    long start = System.nanoTime();
    JsonNode answer =
        post("/sessions/" + session + "/turn", "{\"prompt\":\"" + Bench.PROMPT + "\"}");
    double took = Bench.millisSince(start);
    Bench.checkContains(answer.get("events").toString());
    return took;
  }

  /** The first turn of a new session with the opening; returns its milliseconds. */
  double firstTurn() throws Exception {
    long start = System.nanoTime();
    String session = open("claude");
    turn(session);
    double took = Bench.millisSince(start);
    close(session);
    return took;
  }

  /** The events of a turn as they come. */
  EventStream stream(String session, String prompt) throws IOException {
    return EventStream.post(
        uri("/sessions/" + session + "/turn"), bearer(), "{\"prompt\":\"" + prompt + "\"}");
  }

  void close(String session) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(uri("/sessions/" + session)).DELETE());
  }

  @Override
  public void close() throws InterruptedException {
    http.close();
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            request.header("Authorization", bearer()).timeout(Duration.ofMinutes(2)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }
}
