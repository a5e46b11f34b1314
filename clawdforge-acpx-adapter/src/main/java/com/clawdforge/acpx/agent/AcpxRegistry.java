package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.process.Command;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents that acpx knows how to start. Safe for any thread. */
final class AcpxRegistry {
  private static final Logger log = LoggerFactory.getLogger(AcpxRegistry.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Queries acpx's registry, which only looks at files, and prints one line of JSON. */
  private static final String INSPECT =
      """
      const { createAgentRegistry } = await import(process.argv[1]);
      const registry = createAgentRegistry();
      const id = process.argv[2].toLowerCase();
      const known = registry.list().includes(id) || registry.inspect(id) !== undefined;
      console.log(JSON.stringify({ known, launch: registry.inspect(id)?.launch, run: registry.resolve(id) }));
      """;

  private static final int MAX_OUTPUT = 1 << 20;

  private final AgentEnvironment environment;
  private final Map<Key, AgentLaunch.Found> found = new ConcurrentHashMap<>();

  private record Key(String agent, Path node, Path acpx) {}

  AcpxRegistry(AgentEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Looks an agent up. An agent that was found is not looked up again while its files exist, since
   * that takes a process; one that is missing is, so that it is found once it is installed.
   *
   * @param acpx its script, not a link to it
   */
  AgentLaunch find(String agent, Path node, Path acpx) {
    Key key = new Key(agent, node, acpx);
    AgentLaunch.@Nullable Found known = found.get(key);
    if (known != null && known.argv().stream().allMatch(AcpxRegistry::exists)) {
      return known;
    }
    AgentLaunch launch = lookUp(key);
    if (launch instanceof AgentLaunch.Found now) {
      found.put(key, now);
    } else {
      found.remove(key);
    }
    return launch;
  }

  // Options are not files.
  private static boolean exists(String argument) {
    return !argument.startsWith("/") || Files.exists(Path.of(argument));
  }

  private AgentLaunch lookUp(Key key) {
    String agent = key.agent();
    try {
      JsonNode entry = inspect(agent, key.node(), key.acpx());
      if (!entry.path("known").asBoolean()) {
        return new AgentLaunch.Missing("acpx knows no agent " + agent);
      }
      return entry.path("launch").path("kind").asText().equals("installed")
          ? new AgentLaunch.Found(strings(entry.path("launch").path("argv")))
          : new AgentLaunch.Missing(
              agent + " is not installed on the server: " + requirements(entry));
    } catch (IOException e) {
      log.error("cannot look {} up in acpx's registry", agent, e);
      return new AgentLaunch.Missing(
          "acpx's list of agents cannot be read on the server; its log says why");
    }
  }

  private static String requirements(JsonNode entry) {
    List<String> missing = new ArrayList<>();
    for (JsonNode requirement : entry.path("launch").path("requirements")) {
      String name = requirement.path("name").asText();
      missing.add(
          requirement.path("kind").asText().equals("package")
              ? "run npm install -g " + name + " there"
              : "its program " + name + " must be on the server's PATH");
    }
    return missing.isEmpty()
        ? "it would be downloaded by " + String.join(" ", strings(entry.path("run")))
        : String.join(", ", missing);
  }

  private JsonNode inspect(String agent, Path node, Path acpx) throws IOException {
    Path registry = acpx.resolveSibling("agent-registry.js");
    Command.Answer answer =
        new Command(
                List.of(
                    node.toString(),
                    "--input-type=module",
                    "--eval",
                    INSPECT,
                    "--",
                    registry.toUri().toString(),
                    agent),
                Path.of("").toAbsolutePath(),
                environment.variables(),
                PATIENCE,
                MAX_OUTPUT)
            .run();
    if (answer.exitStatus() != 0) {
      throw new IOException(
          "exit status " + answer.exitStatus() + ": " + environment.masked(answer.stderrTail()));
    }
    return new JsonMapper().readTree(answer.stdout());
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
