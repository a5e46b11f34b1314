package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.program.ClaudeHome;
import com.clawdforge.acpx.program.ClaudeTerms;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.model.ModelUser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claude Code behind {@code claude-agent-acp}. The default {@link #blocks} keep it from running
 * /word at the start of a text as a command (agent-facts.md, section 1.3); expansion of @path is
 * off by environment.
 */
public record ClaudeProfile() implements AgentProfile {
  public static final String NAME = "claude";

  private static final Logger log = LoggerFactory.getLogger(ClaudeProfile.class);

  /** The error for a server without claude. */
  public static final String NOT_INSTALLED =
      "claude is not installed on the server: run agents/install there, or set CLAUDE_BIN";

  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** The CLI's own messages that its adapter passes on, by type, with the subtypes if not all. */
  private static final Map<String, List<String>> PASSED_ON =
      new TreeMap<>(
          Map.of(
              "result",
              List.of(""),
              "rate_limit_event",
              List.of(""),
              "system",
              List.of("api_retry", "model_refusal_no_fallback", "session_writes_lost")));

  @Override
  public Set<String> programs() {
    return Set.of("claude", "claude.exe");
  }

  @Override
  public AgentLaunch launch(Agents agents) {
    return agents.settings().claude().find().isEmpty()
        ? new AgentLaunch.Missing(NOT_INSTALLED)
        : agents.pinned(NAME, "claude-agent-acp", "agents/install");
  }

  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    return session.allowedTools() == null
        ? Optional.empty()
        : ClaudeTools.objectionTo(session.allowedTools())
            .map(why -> new SessionOpening.Unsupported("allowed_tools", why));
  }

  @Override
  public boolean isStubbed() {
    return true;
  }

  @Override
  public boolean canReadFiles(AgentSession session) {
    return terms(session).readsFiles();
  }

  @Override
  public void prepare(AgentSession session, SessionDirectory directory, SessionSettings settings)
      throws IOException {
    new ClaudeHome(settings.environment())
        .prepare(directory.config(), directory.tmp(), directory.files());
    if (session.conversationId() != null) {
      new ClaudeRecords(settings.environment())
          .takeTranscriptsHome(directory.work(), session.sessionId(), directory.config());
    }
  }

  @Override
  public AgentLogin login(AgentSession session, SessionSettings settings) throws AgentLogin.NoWay {
    return settings.environment().login(new ModelUser(ModelUser.Kind.SESSION, session.sessionId()));
  }

  @Override
  public boolean sharesAdapter() {
    return true;
  }

  // The adapter itself reads settings and transcripts, and must not find a person's.
  @Override
  public void prepareAdapter(
      Path directory, Map<String, String> environment, SessionSettings settings)
      throws IOException {
    ClaudeHome home = new ClaudeHome(settings.environment());
    Path config = directory.resolve("config");
    Path tmp = directory.resolve("tmp");
    home.prepare(config, tmp);
    home.addTo(environment, config, tmp);
  }

  @Override
  public void configure(
      ObjectNode shim, AgentSession session, SessionDirectory directory, SessionSettings settings) {
    ClaudeTerms terms = terms(session);
    addMeta(shim.putObject("meta"), session, directory, terms);
    resumeAt(directory)
        .ifPresent(
            entry -> shim.withObject("/meta/claudeCode/options").put("resumeSessionAt", entry));
    Map<String, String> environment = new TreeMap<>();
    terms.addTo(environment);
    // For the agent alone: acpx creates its socket in the directory for temporary files that it is
    // given, and the path may then be too long for a socket.
    new ClaudeHome(settings.environment()).addTo(environment, directory.config(), directory.tmp());
    environment.forEach(shim.putObject("env")::put);
    if (session.background()) {
      shim.put("costBetweenTurns", directory.costBetweenTurns().toString());
    }
    bound(shim, session.permissions(), terms, settings);
  }

  // Sent whenever the agent resumes, since it keeps none of it (agent-facts.md, section 5).
  private static void addMeta(
      ObjectNode meta, AgentSession session, SessionDirectory directory, ClaudeTerms terms) {
    SystemPrompt system = session.system();
    if (system != null) {
      switch (system.mode()) {
        case REPLACE -> meta.put("systemPrompt", system.text());
        case APPEND -> meta.putObject("systemPrompt").put("append", system.text());
      }
    }
    ObjectNode claude = meta.putObject("claudeCode");
    PASSED_ON.forEach(
        (type, subtypes) ->
            subtypes.forEach(
                subtype -> {
                  ObjectNode wanted = claude.withArray("emitRawSDKMessages").addObject();
                  wanted.put("type", type);
                  if (!subtype.isEmpty()) {
                    wanted.put("subtype", subtype);
                  }
                }));
    ObjectNode options = claude.putObject("options");
    // Without these the adapter asks the model for a title and, after each turn, for a suggestion
    // of the next prompt (5).
    options.put("title", TITLE);
    options.put("promptSuggestions", false);
    // No settings, hooks, MCP servers or redirects of a directory or a person (1.10).
    options.putArray("settingSources");
    if (session.model() != null) {
      options.put("model", session.model());
    }
    if (session.maxTurns() != null) {
      options.put("maxTurns", session.maxTurns());
    }
    options.set("settings", terms.settings(directory.config()));
    options.put("strictMcpConfig", true);
    terms.offered().ifPresent(tools -> tools.forEach(options.putArray("tools")::add));
    terms.withheld().forEach(options.putArray("disallowedTools")::add);
  }

  private static Optional<String> resumeAt(SessionDirectory directory) {
    try {
      return PrivateFiles.read(directory.resumeAt()).filter(CodexRecords::isUuid);
    } catch (IOException e) {
      log.warn("where {} goes on cannot be read", directory.root(), e);
      return Optional.empty();
    }
  }

  // The provider would refuse each later request that has the refused message in it.
  @Override
  public boolean dropRefused(SessionDirectory directory, String message) {
    try {
      Optional<ClaudeTranscripts.Entry> refused =
          new ClaudeTranscripts(directory.config()).find(message);
      if (refused.isEmpty()) {
        return false;
      }
      @Nullable String before = refused.get().parent();
      if (before == null) {
        // It was the first: there is nothing to go on with.
        Files.deleteIfExists(refused.get().file());
      } else {
        PrivateFiles.write(directory.resumeAt(), before);
      }
      return true;
    } catch (IOException e) {
      log.warn("the refused message stays in the conversation of {}", directory.root(), e);
      return false;
    }
  }

  // A list of tools narrows what may pass. A session without a tool that runs commands is also
  // restricted in its files: elsewhere, files name commands to run, such as acpx's own record.
  private static void bound(
      ObjectNode shim, Permissions permissions, ClaudeTerms terms, SessionSettings settings) {
    Set<ToolKind> approved = permissions.approved();
    approved.retainAll(terms.kinds());
    AgentProfile.addKinds(shim, "approved", approved);
    if (permissions instanceof Permissions.Mode) {
      Set<ToolKind> unasked = EnumSet.of(ToolKind.READ, ToolKind.SEARCH);
      unasked.retainAll(terms.kinds());
      AgentProfile.addKinds(shim, "inOwn", unasked);
    }
    boolean readsAnywhere =
        terms.runsCommands()
            ? permissions.readsAnywhere()
            : permissions instanceof Permissions.Policy policy && policy.readAnywhere();
    if (!readsAnywhere) {
      settings.readable().forEach(place -> shim.withArray("readable").add(place.toString()));
      shim.withArray("readable");
    }
    shim.put("inside", !terms.runsCommands());
  }

  private static ClaudeTerms terms(AgentSession session) {
    return ClaudeTerms.ofSession(
            session.permissions(), session.allowedTools(), session.background())
        .within(session.network());
  }

  // The CLI's own remarks, such as that an attempt failed, come as messages that have a UUID.
  @Override
  public boolean isAnswer(AcpMessage.Update chunk) {
    return chunk.messageId() == null || !UUID.matcher(chunk.messageId()).matches();
  }

  @Override
  public ErrorWords errorWords() {
    return ErrorWords.CLAUDE;
  }

  @Override
  public String loginState(SessionSettings settings) {
    return new ClaudeHome(settings.environment()).loginState();
  }

  @Override
  public String loginAdvice() {
    return "log the server's claude in (`clawdforge login`)";
  }

  @Override
  public void forget(AgentSession session, SessionDirectory directory, SessionSettings settings) {
    new ClaudeRecords(settings.environment())
        .deleteTranscripts(
            directory.work(), session.sessionId(), Optional.ofNullable(session.conversationId()));
  }
}
