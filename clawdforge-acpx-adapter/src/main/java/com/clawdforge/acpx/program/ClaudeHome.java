package com.clawdforge.acpx.program;

import com.clawdforge.acpx.file.PrivateFiles;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration folder and the folder for temporary files that one run or session of Claude
 * Code has to itself. Whatever the CLI writes there (transcripts, outputs of tools, lists of tasks,
 * snapshots of the shell) goes with the run or session, and nothing of the operator's is found
 * there: no settings, skills, plugins or memory.
 *
 * <p>The login stays where it is. The CLI is told that folder apart from the configuration, so that
 * all agents share one file and, what matters more, one lock: a token is refreshed once, by whoever
 * is first (tried with four at once). A link to the file would be replaced by the first refresh,
 * which the other agents would then not see.
 */
public final class ClaudeHome {
  private static final Logger log = LoggerFactory.getLogger(ClaudeHome.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STATE = ".claude.json";

  /** A person's file of this kind has grown to megabytes; beyond this it is not one. */
  private static final long MOST_READ = 64L << 20;

  /**
   * What the CLI knows of the machine and of a login by API key. Without the first two, each folder
   * would be a machine of its own to the provider.
   */
  private static final List<String> TAKEN_OVER =
      List.of("userID", "machineID", "primaryApiKey", "customApiKeyResponses");

  /** Of the account nothing else: the CLI shows its owner's name and address to the model. */
  private static final List<String> OF_ACCOUNT = List.of("accountUuid", "organizationUuid");

  private static final String ACCOUNT = "oauthAccount";

  private final Path login;
  private final Path state;

  /**
   * @param environment tells where the operator's login is: in {@code CLAUDE_CONFIG_DIR} if that is
   *     passed on to agents, else in the home directory
   */
  public ClaudeHome(AgentEnvironment environment) {
    Map<String, String> variables = environment.variables();
    Path home =
        Path.of(variables.getOrDefault("HOME", System.getProperty("user.home"))).toAbsolutePath();
    @Nullable String configured = variables.get("CLAUDE_CONFIG_DIR");
    login = configured == null ? home.resolve(".claude") : Path.of(configured).toAbsolutePath();
    state = (configured == null ? home : login).resolve(STATE);
  }

  /** Where the operator's own configuration and login are. */
  public Path shared() {
    return login;
  }

  /**
   * Makes the two folders where they are missing, and brings what is known of the operator's login
   * up to date.
   */
  public void prepare(Path config, Path tmp) throws IOException {
    PrivateFiles.ensure(config);
    PrivateFiles.ensure(tmp);
    ObjectNode before = object(PrivateFiles.read(config.resolve(STATE)).orElse("{}"));
    ObjectNode after = before.deepCopy();
    ObjectNode operators = operators();
    for (String name : TAKEN_OVER) {
      set(after, name, operators.get(name));
    }
    ObjectNode account = JSON.createObjectNode();
    for (String name : OF_ACCOUNT) {
      set(account, name, operators.path(ACCOUNT).get(name));
    }
    set(after, ACCOUNT, account.isEmpty() ? null : account);
    if (!after.equals(before)) {
      PrivateFiles.write(config.resolve(STATE), after.toString());
    }
  }

  /** Adds what the CLI has to find in its environment to use these two folders. */
  public void addTo(Map<String, String> environment, Path config, Path tmp) {
    environment.put("CLAUDE_CONFIG_DIR", config.toString());
    environment.put("CLAUDE_SECURESTORAGE_CONFIG_DIR", login.toString());
    environment.put("TMPDIR", tmp.toString());
  }

  private static void set(ObjectNode object, String name, @Nullable JsonNode value) {
    if (value == null) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
  }

  // Without it an agent can still work, by a token or a key in its environment.
  private ObjectNode operators() {
    try {
      if (Files.size(state) <= MOST_READ) {
        return object(Files.readString(state));
      }
      log.warn("{} is too large to be Claude's; its login is not taken over", state);
    } catch (NoSuchFileException none) {
      log.trace("there is no {}", state);
    } catch (IOException e) {
      log.warn("cannot read {}; a login by API key that is kept in there is not found", state, e);
    }
    return JSON.createObjectNode();
  }

  private static ObjectNode object(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text))
          .filter(JsonNode::isObject)
          .map(ObjectNode.class::cast)
          .orElseGet(JSON::createObjectNode);
    } catch (JsonProcessingException damaged) {
      return JSON.createObjectNode();
    }
  }
}
