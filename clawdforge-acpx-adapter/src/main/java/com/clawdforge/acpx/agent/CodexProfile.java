package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.program.CodexRollout;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.model.ModelUser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codex behind {@code codex-acp} (agent-facts.md, section 6).
 *
 * <p>Two things cannot be prevented: {@code $name} in a prompt adds the skill of that name, if the
 * home or working directory has one, to the model's input; and while a command runs, its sandbox
 * mounts over {@code .git}, {@code .codex}, {@code .agents} and {@code .aws} in {@code /tmp}, and
 * leaves empty directories there if it is killed.
 */
public record CodexProfile() implements AgentProfile {
  static final String NAME = "codex";

  private static final Logger log = LoggerFactory.getLogger(CodexProfile.class);

  /** A model as the adapter lists it: the provider's id, followed by the effort. */
  private static final Pattern MODEL_AND_EFFORT = Pattern.compile("(.+)\\[([a-z]+)]");

  // The adapter's trim() removes these characters before it looks for a slash.
  private static final Pattern COMMAND = Pattern.compile("[\\s\\p{Z}\\uFEFF]*/");

  private static final String CONFIG = "CODEX_CONFIG";

  /** The provider that is the way through the server. */
  private static final String WAY = "clawdforge";

  private static final Pattern PROVIDER =
      Pattern.compile("^\\s*(?:model_provider|\"model_provider\")\\s*=", Pattern.MULTILINE);

  private static final List<String> MOUNTED = List.of(".git", ".codex", ".agents", ".aws");

  /** Relative to the programs that are always installed. */
  private static final String MODULES = "../../codex/node_modules/";

  /** The mode in which codex does without asking whatever its sandbox permits. */
  private static final String MODE = "agent";

  @Override
  public Set<String> programs() {
    return Set.of("codex");
  }

  @Override
  public AgentLaunch launch(Agents agents) {
    return agents.pinned(NAME, MODULES + ".bin/codex-acp", "agents/install codex");
  }

  /**
   * The program of codex itself, for this platform. What npm links to is a script that looks for it
   * and needs a Node on the path.
   */
  static Optional<Path> program(SessionSettings settings) {
    @Nullable Path programs = settings.acpx().pinned();
    if (programs == null) {
      return Optional.empty();
    }
    Path packages = programs.resolve(MODULES + "@openai").normalize();
    for (Path platform : entries(packages, "codex-*")) {
      for (Path target : entries(platform.resolve("vendor"), "*")) {
        Path program = target.resolve("bin/codex");
        if (Files.isExecutable(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> entries(Path directory, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException none) {
      log.debug("nothing of codex in {}", directory);
    }
    return found;
  }

  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    SystemPrompt system = session.system();
    if (system != null && system.mode() == SystemPrompt.Mode.REPLACE) {
      return AgentProfile.unsupported(
          "system_mode", "codex keeps its own system prompt; use append to add to it");
    }
    return AgentProfile.generalObjection(NAME, session)
        .or(
            () ->
                session.permissions() == Permissions.Mode.APPROVE_ALL
                    ? Optional.empty()
                    : AgentProfile.unsupported(
                        "permissions",
                        "codex runs commands in its sandbox without asking, so only approve-all"
                            + " would hold"));
  }

  @Override
  public void configure(
      ObjectNode shim, AgentSession session, SessionDirectory directory, SessionSettings settings) {
    // The adapter makes codex trust the directory under this name, and codex would then read
    // settings and start MCP servers from its .codex, where an earlier turn may have written them.
    // Codex looks the normalized name up, and does not find it among the trusted ones.
    shim.put("cwd", directory.work() + "/.");
    ObjectNode environment = shim.putObject("env");
    environment.put(CONFIG, settings(session).toString());
    environment.put("INITIAL_AGENT_MODE", MODE);
    // Else the adapter runs the script around it, a second process for as long as the agent lives.
    program(settings).ifPresent(program -> environment.put("CODEX_PATH", program.toString()));
    shim.put("mode", MODE).put("title", TITLE);
    // For the agent alone: acpx creates its socket in the directory that it is given, and the path
    // may then be too long for a socket.
    environment.put("TMPDIR", directory.tmp().toString());
  }

  // The key would else be one that nobody asked for: somebody has logged in, or named a provider.
  @Override
  public AgentLogin login(AgentSession session, SessionSettings settings) throws AgentLogin.NoWay {
    Path home = CodexRollout.home(settings.environment());
    return Files.exists(home.resolve("auth.json")) || namesProvider(home.resolve("config.toml"))
        ? AgentLogin.NONE
        : settings
            .environment()
            .codexLogin(new ModelUser(ModelUser.Kind.SESSION, session.sessionId()));
  }

  private static boolean namesProvider(Path config) {
    try {
      return Files.exists(config) && PROVIDER.matcher(Files.readString(config)).find();
    } catch (IOException e) {
      log.warn("{} cannot be read", config, e);
      return true;
    }
  }

  @Override
  public void useLogin(Map<String, String> environment) {
    JsonMapper json = new JsonMapper();
    try {
      ObjectNode settings = (ObjectNode) json.readTree(environment.get(CONFIG));
      settings.put("model_provider", WAY);
      settings
          .putObject("model_providers")
          .putObject(WAY)
          .put("name", WAY)
          .put("base_url", environment.remove("OPENAI_BASE_URL"))
          .put("env_key", "OPENAI_API_KEY")
          .put("wire_api", "responses");
      environment.put(CONFIG, settings.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("these settings were made here", e);
    }
  }

  // Passed at each start: the adapter also applies it when it resumes.
  private static ObjectNode settings(AgentSession session) {
    ObjectNode settings = new JsonMapper().createObjectNode();
    if (session.system() != null) {
      settings.put("developer_instructions", session.system().text());
    }
    if (session.model() != null) {
      Matcher listed = MODEL_AND_EFFORT.matcher(session.model());
      if (listed.matches()) {
        settings.put("model", listed.group(1)).put("model_reasoning_effort", listed.group(2));
      } else {
        settings.put("model", session.model());
      }
    }
    // No instructions of a directory: AGENTS.md, and skills that the model could choose.
    settings.put("project_doc_max_bytes", 0).putArray("project_root_markers");
    ObjectNode skills = settings.putObject("skills").put("include_instructions", false);
    skills.putObject("bundled").put("enabled", false);
    settings
        .putObject("features")
        .put("hooks", false)
        // It would wait for a network for as long as a turn may take.
        .put("unbounded_connection_retries", false);
    return settings;
  }

  // The adapter looks for a command only in the first block, after any leading blanks.
  @Override
  public List<String> blocks(String prompt, boolean first) {
    return first && COMMAND.matcher(prompt).lookingAt() ? List.of("\n", prompt) : List.of(prompt);
  }

  // API errors and warnings arrive as agent messages, but without an id.
  @Override
  public boolean isAnswer(AcpMessage.Update chunk) {
    return chunk.messageId() != null;
  }

  // A cancelled turn reports the previous turn's usage. Before 2.6.0 it is that of the last
  // request.
  @Override
  public @Nullable Usage usage(AcpMessage.Result result) {
    return "cancelled".equals(result.stopReason()) ? null : result.usage();
  }

  @Override
  public ErrorWords errorWords() {
    return ErrorWords.CODEX;
  }

  @Override
  public boolean isOfProvider(AcpMessage.Failure failure) {
    return failure.provider() != null || failure.code() == ErrorWords.AUTHENTICATION_REQUIRED;
  }

  @Override
  public Optional<CodexRollout.Ending> ending(
      String conversation, Instant since, SessionSettings settings) {
    return new CodexRollout(settings.environment()).endingSince(conversation, since);
  }

  // Codex itself writes the file too, when it refreshes the token every few days.
  @Override
  public String loginState(SessionSettings settings) {
    return PrivateFiles.stamp(CodexRollout.home(settings.environment()).resolve("auth.json"));
  }

  @Override
  public String loginAdvice() {
    return "run `clawdforge login codex`, or `codex login` as the server's user";
  }

  @Override
  public void tidy(SessionDirectory directory) {
    for (Path place : List.of(directory.work(), directory.tmp())) {
      MOUNTED.forEach(name -> deleteIfEmpty(place.resolve(name)));
    }
  }

  private static void deleteIfEmpty(Path directory) {
    try {
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(directory);
      }
    } catch (DirectoryNotEmptyException inUse) {
      log.trace("{} is the agent's own", directory);
    } catch (IOException e) {
      log.warn("cannot delete {}", directory, e);
    }
  }

  @Override
  public void forget(AgentSession session, SessionDirectory directory, SessionSettings settings) {
    if (session.conversationId() != null) {
      new CodexRecords(settings).delete(session.conversationId());
    }
  }
}
