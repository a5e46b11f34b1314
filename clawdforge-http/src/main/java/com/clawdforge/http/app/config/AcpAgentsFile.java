package com.clawdforge.http.app.config;

import com.clawdforge.acpx.session.ConfiguredAgent;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that {@code CLAWDFORGE_ACP_AGENTS} names: agents that speak the Agent Client Protocol,
 * in the shape of editors' settings.
 *
 * <pre>{@code
 * {"agent_servers": {"gemini": {"command": "gemini", "args": ["--acp"], "env": {"NAME": "value"}}}}
 * }</pre>
 *
 * <p>The outer object may be left out.
 */
final class AcpAgentsFile {
  private static final String VARIABLE = "CLAWDFORGE_ACP_AGENTS";
  private static final String WRAPPER = "agent_servers";
  private static final Set<String> MEMBERS = Set.of("type", "command", "args", "env");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Path file;

  private AcpAgentsFile(Path file) {
    this.file = file;
  }

  /** The agents by name; none if the variable is not set. */
  static Map<String, ConfiguredAgent> from(Variables read) {
    @Nullable String name = read.text(VARIABLE);
    return name == null ? Map.of() : new AcpAgentsFile(Path.of(name)).read();
  }

  private Map<String, ConfiguredAgent> read() {
    JsonNode all = tree();
    if (all.has(WRAPPER)) {
      all = all.path(WRAPPER);
    }
    check(all.isObject(), "is no JSON object of agents by name");
    Map<String, ConfiguredAgent> agents = new HashMap<>();
    for (Map.Entry<String, JsonNode> agent : all.properties()) {
      String name = agent.getKey();
      check(NAME.matcher(name).matches(), name + " is no name of an agent: [A-Za-z0-9_-]{1,64}");
      agents.put(name, agent(name, agent.getValue()));
    }
    return agents;
  }

  private JsonNode tree() {
    try {
      return new JsonMapper().readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(VARIABLE + ": there is no " + file);
    } catch (JacksonException e) {
      throw new ConfigException(VARIABLE + ": " + file + " is not JSON");
    } catch (IOException e) {
      throw new ConfigException(VARIABLE + ": cannot read " + file);
    }
  }

  private ConfiguredAgent agent(String name, JsonNode agent) {
    check(agent.isObject(), name + " is no object with command, args and env");
    agent
        .fieldNames()
        .forEachRemaining(
            member -> check(MEMBERS.contains(member), name + " has an unknown member " + member));
    check(
        agent.path("command").isTextual() && !agent.path("command").asText().isBlank(),
        name + " has no command");
    List<String> argv = new ArrayList<>();
    argv.add(agent.path("command").asText());
    check(
        agent.path("args").isMissingNode() || agent.path("args").isArray(),
        "args of " + name + " is no array");
    for (JsonNode argument : agent.path("args")) {
      check(argument.isTextual(), "args of " + name + " has a member that is no text");
      argv.add(argument.asText());
    }
    Map<String, String> environment = new HashMap<>();
    check(
        agent.path("env").isMissingNode() || agent.path("env").isObject(),
        "env of " + name + " is no object");
    for (Map.Entry<String, JsonNode> variable : agent.path("env").properties()) {
      check(
          variable.getValue().isTextual(),
          variable.getKey() + " in env of " + name + " is no text");
      check(
          !variable.getKey().startsWith(GatewayConfig.PREFIX),
          variable.getKey() + " in env of " + name + " is a setting of the server");
      environment.put(variable.getKey(), variable.getValue().asText());
    }
    return new ConfiguredAgent(argv, environment);
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new ConfigException(VARIABLE + ": " + file + ": " + otherwise);
    }
  }
}
