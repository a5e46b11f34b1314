package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.clawdforge.acpx.program.PinnedAgents;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A client of the real {@code codex-acp} over its pipes: one request at a time, for one thread.
 * Permission requests get the option of the kind that {@link #permission} says.
 */
final class CodexAcp implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path NODE = PinnedAgents.PROGRAMS.resolve("node");
  private static final Path ENTRY =
      PinnedAgents.FOLDER.resolve(
          "codex/node_modules/@agentclientprotocol/codex-acp/dist/index.js");

  String permission = "reject_once";

  private final Path stderr;
  private final Process process;
  private final BufferedReader lines;
  private int lastId;

  private CodexAcp(Path stderr, Process process) {
    this.stderr = stderr;
    this.process = process;
    this.lines = process.inputReader(UTF_8);
  }

  /** The response to a request, and all notifications before it. */
  record Exchange(JsonNode answer, List<JsonNode> told) {
    /** All texts of the agent. */
    String text() {
      return updates("agent_message_chunk").stream()
          .map(update -> update.at("/content/text").asText())
          .collect(Collectors.joining());
    }

    List<JsonNode> updates(String kind) {
      return told.stream()
          .map(message -> message.at("/params/update"))
          .filter(update -> update.path("sessionUpdate").asText().equals(kind))
          .toList();
    }

    List<JsonNode> permissionRequests() {
      return told.stream()
          .filter(message -> message.path("method").asText().equals("session/request_permission"))
          .toList();
    }
  }

  /** Starts it with a home whose configuration names the model as its provider. */
  static CodexAcp start(Path home, OfflineModel model, Map<String, String> more)
      throws IOException {
    Path config = Files.createDirectories(home.resolve(".codex")).resolve("config.toml");
    Files.writeString(
        config,
        """
        model_provider = "offline"
        [model_providers.offline]
        name = "offline"
        base_url = "%s/v1"
        wire_api = "responses"
        env_key = "OPENAI_API_KEY"
        stream_max_retries = 0
        request_max_retries = 0
        """
            .formatted(model.baseUrl()));
    return start(home, more);
  }

  /** Starts it with an existing home. */
  static CodexAcp start(Path home, Map<String, String> more) throws IOException {
    Path stderr = Files.createDirectories(home).resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(NODE.toString(), ENTRY.toString())
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(stderr.toFile()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("HOME", home.toString());
    environment.put("PATH", System.getenv("PATH"));
    environment.putAll(more);
    return new CodexAcp(stderr, builder.start());
  }

  void initialize() throws IOException {
    ObjectNode params = JSON.createObjectNode().put("protocolVersion", 1);
    params.putObject("clientCapabilities");
    call("initialize", params);
  }

  Exchange newSession(Path cwd) throws IOException {
    ObjectNode params = JSON.createObjectNode().put("cwd", cwd.toString());
    params.putArray("mcpServers");
    return call("session/new", params);
  }

  Exchange resume(String session, Path cwd) throws IOException {
    ObjectNode params =
        JSON.createObjectNode().put("sessionId", session).put("cwd", cwd.toString());
    params.putArray("mcpServers");
    return call("session/resume", params);
  }

  Exchange title(String session, String title) throws IOException {
    ObjectNode params = JSON.createObjectNode().put("sessionId", session).put("title", title);
    return call("session/set_title", params);
  }

  Exchange prompt(String session, String... blocks) throws IOException {
    ObjectNode params = JSON.createObjectNode().put("sessionId", session);
    for (String block : blocks) {
      params.withArray("/prompt").addObject().put("type", "text").put("text", block);
    }
    return call("session/prompt", params);
  }

  /** Kills it together with the codex that it started, and waits for both. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : all) {
      each.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private Exchange call(String method, ObjectNode params) throws IOException {
    int id = ++lastId;
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id);
    send(request.put("method", method).set("params", params));
    List<JsonNode> told = new ArrayList<>();
    while (true) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("codex-acp ended; it wrote " + Files.readString(stderr));
      }
      JsonNode message = JSON.readTree(line);
      if (!message.has("method") && message.path("id").asInt() == id) {
        return new Exchange(message, told);
      }
      told.add(message);
      if (message.path("method").asText().equals("session/request_permission")) {
        send(permissionAnswer(message));
      }
    }
  }

  private ObjectNode permissionAnswer(JsonNode request) {
    String option =
        request
            .at("/params/options")
            .valueStream()
            .filter(each -> each.path("kind").asText().equals(permission))
            .map(each -> each.path("optionId").asText())
            .findFirst()
            .orElseThrow();
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.path("id"));
    answer
        .putObject("result")
        .putObject("outcome")
        .put("outcome", "selected")
        .put("optionId", option);
    return answer;
  }

  private void send(JsonNode message) throws IOException {
    process.outputWriter(UTF_8).write(message + "\n");
    process.outputWriter(UTF_8).flush();
  }
}
