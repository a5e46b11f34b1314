package com.clawdforge.acpx.program;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.file.SharedFolder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private configuration folder and temporary folder of one run or session of Claude Code.
 * Everything that the CLI writes there (transcripts, tool outputs, task lists, shell snapshots) is
 * deleted with the run or session, and none of the operator's settings, skills, plugins or memory
 * is found there.
 *
 * <p>The login stays where it is. The CLI gets that folder separately from the configuration, so
 * that all agents share one file and, more importantly, one lock: the first agent refreshes a token
 * for all (tried with four at once). A link to the file would be replaced by the first refresh,
 * which the other agents would not see.
 */
public final class ClaudeHome {
  private static final Logger log = LoggerFactory.getLogger(ClaudeHome.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STATE = ".claude.json";

  /** A person's file of this kind can grow to megabytes; a larger one is something else. */
  private static final long MOST_READ = 64L << 20;

  /**
   * What the CLI stores about the machine and a login by API key. Without the first two, each
   * folder would look like a new machine to the provider.
   */
  private static final List<String> TAKEN_OVER =
      List.of("userID", "machineID", "primaryApiKey", "customApiKeyResponses");

  /** Nothing else of the account: the CLI would show its owner's name and address to the model. */
  private static final List<String> OF_ACCOUNT = List.of("accountUuid", "organizationUuid");

  private static final String ACCOUNT = "oauthAccount";

  private final Path login;
  private final Path state;
  private volatile Looked looked = new Looked("", Optional.empty());

  /**
   * @param environment says where the operator's login is: in {@code CLAUDE_CONFIG_DIR} if that is
   *     passed on to agents, else in the home directory
   */
  public ClaudeHome(AgentEnvironment environment) {
    Map<String, String> variables = environment.variables();
    Path home = environment.home();
    @Nullable String configured = variables.get("CLAUDE_CONFIG_DIR");
    login = configured == null ? home.resolve(".claude") : Path.of(configured).toAbsolutePath();
    state = (configured == null ? home : login).resolve(STATE);
  }

  /** Where the operator's own configuration and login are. */
  public Path shared() {
    return login;
  }

  /** The file with the token of a subscription login; it need not exist. */
  public Path credentials() {
    return login.resolve(".credentials.json");
  }

  /** The file with the operator's account and key; it need not exist. */
  public Path state() {
    return state;
  }

  /**
   * What is wrong with {@link #state()}, such as {@code is no JSON object}; empty if nothing. Reads
   * the file only if it has changed since the last call.
   */
  public Optional<String> damage() {
    String stamp = PrivateFiles.stamp(state);
    Looked before = looked;
    if (!stamp.equals(before.stamp)) {
      before = new Looked(stamp, read().damage);
      looked = before;
    }
    return before.damage;
  }

  private record Looked(String stamp, Optional<String> damage) {}

  private record State(ObjectNode content, Optional<String> damage) {
    static State damaged(String how) {
      return new State(JSON.createObjectNode(), Optional.of(how));
    }
  }

  private State read() {
    try {
      if (!Files.readAttributes(state, BasicFileAttributes.class).isRegularFile()) {
        // An agent may have put a pipe here, which would never end.
        return State.damaged("is no file");
      }
      if (Files.size(state) > MOST_READ) {
        return State.damaged("is too large to be Claude's");
      }
      return object(Files.readString(state))
          .map(content -> new State(content, Optional.empty()))
          .orElseGet(() -> State.damaged("is damaged: no JSON object"));
    } catch (NoSuchFileException none) {
      return new State(JSON.createObjectNode(), Optional.empty());
    } catch (IOException e) {
      return State.damaged("cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Says which login there is, by what changes when the operator logs in: the time and size of the
   * file with the token, and the account or key. The agents themselves change the file too, when
   * they refresh the token every few hours. Contains no secret.
   */
  public String loginState() {
    ObjectNode operators = operators();
    String account = operators.path(ACCOUNT).path("accountUuid").asText();
    return PrivateFiles.stamp(credentials())
        + " "
        + UUID.nameUUIDFromBytes(
            (account + operators.path("primaryApiKey").asText()).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Creates the two folders if they are missing, and updates the copy of the operator's login data.
   */
  public void prepare(Path config, Path tmp) throws IOException {
    Path folder = Objects.requireNonNull(config.getParent());
    prepare(config, tmp, new SharedFolder(folder, folder));
  }

  /**
   * As the other one, where agents may be writing already.
   *
   * @param files of a folder in which both folders are
   */
  public void prepare(Path config, Path tmp, SharedFolder files) throws IOException {
    files.ensure(config);
    files.ensure(tmp);
    ObjectNode before =
        PrivateFiles.read(config.resolve(STATE))
            .flatMap(ClaudeHome::object)
            .orElseGet(JSON::createObjectNode);
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
      files.write(config.resolve(STATE), after.toString());
    }
  }

  /** Adds the variables that make the CLI use these two folders. */
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

  // Without this file an agent can still use a token or a key from its environment.
  private ObjectNode operators() {
    State found = read();
    found.damage.ifPresent(
        why ->
            log.warn("{} {}; a login by API key that is kept in there is not found", state, why));
    return found.content;
  }

  private static Optional<ObjectNode> object(String text) {
    try {
      return Optional.ofNullable(JSON.readTree(text))
          .filter(JsonNode::isObject)
          .map(ObjectNode.class::cast);
    } catch (JsonProcessingException damaged) {
      return Optional.empty();
    }
  }
}
