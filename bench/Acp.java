import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The Agent Client Protocol by hand: one process of an agent, lines of JSON on its standard input
 * and output, and nothing between. One call at a time.
 */
final class Acp implements AutoCloseable {
  static final Path ADAPTER =
      Bench.AGENTS.resolve("node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js");

  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final Path cwd;
  private final OutputStream stdin;
  private final BufferedReader stdout;
  private int lastId;
  private long firstText;
  private Consumer<String> heard = line -> {};

  private Acp(Process process, Path cwd) {
    this.process = process;
    this.cwd = cwd;
    this.stdin = process.getOutputStream();
    this.stdout =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts Claude's adapter and initializes it. */
  static Acp claude(Map<String, String> environment, Path cwd) throws IOException {
    return start(
        List.of(Bench.AGENTS.resolve("node_modules/.bin/node").toString(), ADAPTER.toString()),
        environment,
        cwd);
  }

  /** Starts an agent and initializes it. */
  static Acp start(List<String> command, Map<String, String> environment, Path cwd)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder
        .environment()
        .put("CLAUDE_CODE_EXECUTABLE", Bench.AGENTS.resolve("node_modules/.bin/claude").toString());
    Claude.quiet(builder);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Acp acp = new Acp(builder.start(), cwd);
    ObjectNode params = JSON.createObjectNode().put("protocolVersion", 1);
    params.putObject("clientCapabilities").putObject("fs").put("readTextFile", false);
    acp.call("initialize", params);
    return acp;
  }

  /**
   * A new session without the settings of any folder; returns its id. As in the gateway's sessions,
   * the agent asks the model for no title and, after a turn, for no suggestion of the next prompt:
   * otherwise that work would run into the next measure, and be counted as the agent's.
   */
  String newSession() throws IOException {
    ObjectNode params = JSON.createObjectNode().put("cwd", cwd.toString());
    params.putArray("mcpServers");
    ObjectNode options =
        params.putObject("_meta").putObject("claudeCode").putObject("options");
    options.put("title", "bench").put("promptSuggestions", false).putArray("settingSources");
    return call("session/new", params).get("sessionId").asText();
  }

  /** As {@link #prompt}, and passes on every line until the end of the turn. */
  void prompt(String session, String prompt, Consumer<String> lines) throws IOException {
    heard = lines;
    prompt(session, prompt);
    heard = line -> {};
  }

  /** Has a prompt answered, and returns the {@link System#nanoTime} of the first text. */
  long prompt(String session, String prompt) throws IOException {
    ObjectNode params = JSON.createObjectNode().put("sessionId", session);
    params.putArray("prompt").addObject().put("type", "text").put("text", prompt);
    firstText = 0;
    call("session/prompt", params);
    if (firstText == 0) {
      throw new IllegalStateException("an answer without text");
    }
    return firstText;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    stdin.close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode call(String method, ObjectNode params) throws IOException {
    int id = ++lastId;
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id);
    request.put("method", method).set("params", params);
    stdin.write((JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
    stdin.flush();
    for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
      if (firstText == 0 && line.contains("\"agent_message_chunk\"")) {
        firstText = System.nanoTime();
      }
      heard.accept(line);
      if (line.contains("\"session/update\"")) {
        continue;
      }
      JsonNode message = JSON.readTree(line);
      if (!message.has("method") && message.path("id").asInt() == id) {
        if (!message.has("result")) {
          throw new IllegalStateException(method + ": " + line);
        }
        return message.get("result");
      }
    }
    throw new IllegalStateException("the agent ended during " + method);
  }
}
