package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.session.SessionSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the agents' adapters are. Nothing is ever downloaded: acpx would do that by itself, and
 * take more than a minute to fail where there is no network (agent-facts.md, section 6).
 */
public final class Agents {
  public static final String CLAUDE = "claude";
  static final String CODEX = "codex";

  /** As seen from the programs that are always installed. */
  private static final String CODEX_PROGRAMS = "../../codex/node_modules/.bin/";

  private static final Logger log = LoggerFactory.getLogger(Agents.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Asks acpx's own registry, which only looks at files, and prints one line of JSON. */
  private static final String INSPECT =
      """
      const { createAgentRegistry } = await import(process.argv[1]);
      const registry = createAgentRegistry();
      const id = process.argv[2].toLowerCase();
      const known = registry.list().includes(id) || registry.inspect(id) !== undefined;
      console.log(JSON.stringify({ known, launch: registry.inspect(id)?.launch, run: registry.resolve(id) }));
      """;

  private final SessionSettings settings;

  public Agents(SessionSettings settings) {
    this.settings = settings;
  }

  public AgentLaunch find(String agent) {
    Optional<Path> node = settings.node().find();
    if (node.isEmpty()) {
      return new AgentLaunch.Missing(
          "Node.js is missing on the server: run agents/install there, which brings one");
    }
    Optional<Path> acpx = settings.acpx().find();
    if (acpx.isEmpty()) {
      return new AgentLaunch.Missing(
          "acpx is not installed on the server: run agents/install there, or set ACPX_BIN");
    }
    return switch (agent) {
      case CLAUDE ->
          settings.claude().find().isEmpty()
              ? new AgentLaunch.Missing(
                  "claude is not installed on the server: run agents/install there, or set"
                      + " CLAUDE_BIN")
              : pinned(agent, node.get(), "claude-agent-acp", "agents/install");
      case CODEX -> pinned(agent, node.get(), CODEX_PROGRAMS + "codex-acp", "agents/install codex");
      default -> inRegistry(agent, node.get(), acpx.get());
    };
  }

  private AgentLaunch pinned(String agent, Path node, String adapter, String install) {
    @Nullable Path programs = settings.acpx().pinned();
    Optional<Path> found =
        Optional.ofNullable(programs)
            .map(directory -> directory.resolve(adapter).normalize())
            .filter(Files::isRegularFile);
    return found
        .<AgentLaunch>map(
            program -> new AgentLaunch.Found(List.of(node.toString(), realPath(program))))
        .orElseGet(
            () ->
                new AgentLaunch.Missing(
                    agent + " is not installed on the server: run " + install + " there"));
  }

  /** Where codex itself would be, whose adapter brings it. */
  static Optional<Path> codexProgram(SessionSettings settings) {
    return Optional.ofNullable(settings.acpx().pinned())
        .map(programs -> programs.resolve(CODEX_PROGRAMS + "codex").normalize());
  }

  private AgentLaunch inRegistry(String agent, Path node, Path acpx) {
    try {
      JsonNode said = inspect(agent, node, acpx);
      if (!said.path("known").asBoolean()) {
        return new AgentLaunch.Missing("acpx knows no agent " + agent);
      }
      if (said.path("launch").path("kind").asText().equals("installed")) {
        return new AgentLaunch.Found(strings(said.path("launch").path("argv")));
      }
      return new AgentLaunch.Missing(agent + " is not installed on the server: " + needed(said));
    } catch (IOException e) {
      log.error("cannot look {} up in acpx's registry", agent, e);
      return new AgentLaunch.Missing(
          "acpx's list of agents cannot be read on the server; its log says why");
    }
  }

  private static String needed(JsonNode said) {
    List<String> needed = new ArrayList<>();
    for (JsonNode missing : said.path("launch").path("requirements")) {
      String name = missing.path("name").asText();
      needed.add(
          missing.path("kind").asText().equals("package")
              ? "run npm install -g " + name + " there"
              : "its program " + name + " must be on the server's PATH");
    }
    return needed.isEmpty()
        ? "it would be downloaded by " + String.join(" ", strings(said.path("run")))
        : String.join(", ", needed);
  }

  private JsonNode inspect(String agent, Path node, Path acpx) throws IOException {
    Path registry = Path.of(realPath(acpx)).resolveSibling("agent-registry.js");
    ProcessBuilder builder =
        new ProcessBuilder(
            node.toString(),
            "--input-type=module",
            "--eval",
            INSPECT,
            "--",
            registry.toUri().toString(),
            agent);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(settings.environment().variables());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("no answer within " + PATIENCE);
      }
      return new JsonMapper().readTree(process.getInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The files of a program that a link names, since scripts look for theirs beside them. */
  static String realPath(Path program) {
    try {
      return program.toRealPath().toString();
    } catch (IOException gone) {
      return program.toString();
    }
  }

  /** How acpx is started: by our node if it is a script for one, whatever node the PATH has. */
  public static List<String> acpx(AgentBinary acpx, AgentBinary node) throws IOException {
    Path program = acpx.find().orElseThrow(() -> new IOException("acpx is not installed"));
    String real = realPath(program);
    if (!real.toLowerCase(Locale.ROOT).endsWith("js")) {
      return List.of(program.toString());
    }
    Path interpreter = node.find().orElseThrow(() -> new IOException("there is no node"));
    return List.of(interpreter.toString(), real);
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
