package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codex behind {@code codex-acp} (agent-facts.md, section 6).
 *
 * <p>Two things it cannot be kept from: {@code $name} in a prompt adds the skill of that name, if
 * the home or the working directory has one, to what the model sees; and while a command runs its
 * sandbox mounts over {@code .git}, {@code .codex} and {@code .agents} in {@code /tmp}, where empty
 * directories stay behind if it is killed.
 */
public record CodexProfile() implements AgentProfile {
  static final String NAME = "codex";

  private static final Logger log = LoggerFactory.getLogger(CodexProfile.class);

  /** As the adapter lists its models: with the effort behind the provider's id. */
  private static final Pattern MODEL_AND_EFFORT = Pattern.compile("(.+)\\[([a-z]+)]");

  // What the adapter's trim() takes away before it looks for a slash.
  private static final Pattern COMMAND = Pattern.compile("[\\s\\p{Z}\\uFEFF]*/");

  private static final List<String> MOUNTED = List.of(".git", ".codex", ".agents");

  /** As seen from the programs that are always installed. */
  private static final String PROGRAMS = "../../codex/node_modules/.bin/";

  @Override
  public AgentLaunch launch(Agents agents) {
    return agents.pinned(NAME, PROGRAMS + "codex-acp", "agents/install codex");
  }

  /** The program of codex itself, which its adapter brings along. */
  static Optional<Path> program(SessionSettings settings) {
    return Optional.ofNullable(settings.acpx().pinned())
        .map(programs -> programs.resolve(PROGRAMS + "codex").normalize())
        .filter(Files::isRegularFile);
  }

  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    SystemPrompt system = session.system();
    if (system != null && system.mode() == SystemPrompt.Mode.REPLACE) {
      return unsupported(
          "system_mode", "codex keeps its own system prompt; use append to add to it");
    }
    if (session.allowedTools() != null) {
      return unsupported("allowed_tools", "codex does not let its tools be chosen");
    }
    if (session.background()) {
      return unsupported("background", "codex does not tell what it does between turns");
    }
    if (session.maxTurns() != null) {
      return unsupported("max_turns", "codex has no limit of turns");
    }
    if (session.permissions() != Permissions.Mode.APPROVE_ALL) {
      return unsupported(
          "permissions",
          "codex runs commands in its sandbox without asking, so only approve-all would hold");
    }
    return Optional.empty();
  }

  private static Optional<SessionOpening.Unsupported> unsupported(String field, String why) {
    return Optional.of(new SessionOpening.Unsupported(field, why));
  }

  @Override
  public void configure(
      ObjectNode shim, AgentSession session, SessionDirectory directory, SessionSettings settings) {
    // The adapter has codex trust the directory by the name that it is given, and codex then reads
    // settings and starts MCP servers from .codex in there, where an earlier turn may have put
    // them. Codex looks for the plain name, and finds that it trusts nothing of the kind.
    shim.put("cwd", directory.work() + "/.");
    ObjectNode environment = shim.putObject("env");
    environment.put("CODEX_CONFIG", settings(session).toString());
    environment.put("INITIAL_AGENT_MODE", "agent");
    // For the agent alone: acpx has its socket in the directory that it is told, whose path may
    // then be too long for one.
    environment.put("TMPDIR", directory.tmp().toString());
  }

  // Given anew at each start: when it resumes, the adapter sets all of it again.
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
    settings.putObject("features").put("hooks", false);
    return settings;
  }

  // Only the first block is looked at for a command, whatever blanks it begins with.
  @Override
  public List<String> blocks(String prompt, boolean first) {
    return first && COMMAND.matcher(prompt).lookingAt() ? List.of("\n", prompt) : List.of(prompt);
  }

  // Errors of the API, and warnings, come as if the agent said them.
  @Override
  public boolean isAnswer(AcpMessage.Update chunk) {
    return chunk.messageId() != null;
  }

  // That of a cancelled turn is the one before's; else it is that of the last request.
  @Override
  public @Nullable Usage usage(AcpMessage.Result result) {
    return "cancelled".equals(result.stopReason()) ? null : result.usage();
  }

  @Override
  public ErrorWords errorWords() {
    return ErrorWords.CODEX;
  }

  @Override
  public String loginAdvice() {
    return "run `codex login` for the home directory of the server's user";
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
