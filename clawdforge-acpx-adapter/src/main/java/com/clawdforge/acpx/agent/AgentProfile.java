package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.program.CodexRollout;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that differs between agents. Stateless. Where an agent needs nothing of its own, the
 * default is for an agent that we know nothing about but how to start it.
 */
public sealed interface AgentProfile permits ClaudeProfile, CodexProfile, OtherProfile {
  /** The {@link AcpMessage.Failure#kind} of a login that the provider refused. */
  String LOGIN_REFUSED = "authentication_failed";

  /** A conversation that has a title gets none from the model. */
  String TITLE = "clawdforge";

  static AgentProfile of(String agent) {
    return switch (agent) {
      case ClaudeProfile.NAME -> new ClaudeProfile();
      case CodexProfile.NAME -> new CodexProfile();
      default -> new OtherProfile(agent);
    };
  }

  /** Finds the command line of what speaks the protocol, or says how to install it. */
  AgentLaunch launch(Agents agents);

  /** The first setting of a session that the agent does not support; empty if there is none. */
  Optional<SessionOpening.Unsupported> objectionTo(AgentSession session);

  /** The first setting among those that only claude supports. */
  static Optional<SessionOpening.Unsupported> generalObjection(String agent, AgentSession session) {
    if (session.allowedTools() != null) {
      return unsupported("allowed_tools", agent + " does not let its tools be chosen");
    }
    if (session.background()) {
      return unsupported("background", agent + " does not tell what it does between turns");
    }
    return session.maxTurns() == null
        ? Optional.empty()
        : unsupported("max_turns", agent + " has no limit of turns");
  }

  static Optional<SessionOpening.Unsupported> unsupported(String field, String why) {
    return Optional.of(new SessionOpening.Unsupported(field, why));
  }

  /**
   * Whether one adapter process can have many sessions, each with an environment of its own: its
   * {@code env} then goes into the options of {@code meta}.
   */
  default boolean sharesAdapter() {
    return false;
  }

  /**
   * Prepares an adapter that will have many sessions, before it is bound to any.
   *
   * @param directory its own
   * @param environment its variables, to be added to
   */
  default void prepareAdapter(
      Path directory, Map<String, String> environment, SessionSettings settings)
      throws IOException {}

  /**
   * Whether our shim runs between the client and the agent, and enforces the session's settings.
   */
  default boolean isShimmed() {
    return true;
  }

  /**
   * Whether the shim can pose as the agent while acpx creates its record of a session: acpx would
   * start an agent for that, only to discard it.
   */
  default boolean isStubbed() {
    return false;
  }

  /** Adds to the shim's configuration what this agent needs beyond its command line. */
  default void configure(
      ObjectNode shim,
      AgentSession session,
      SessionDirectory directory,
      SessionSettings settings) {}

  /**
   * Opens what a session's agent logs in with; by default that is what the environment has.
   *
   * @throws AgentLogin.NoWay if the way through the server cannot be opened
   */
  default AgentLogin login(AgentSession session, SessionSettings settings) throws AgentLogin.NoWay {
    return AgentLogin.NONE;
  }

  /**
   * Has the agent use its login, where it does not by the variables alone.
   *
   * @param environment what {@link #configure} named, with the variables of the login; changed
   */
  default void useLogin(Map<String, String> environment) {}

  /** Prepares on disk what this agent needs beyond what every agent needs. */
  default void prepare(AgentSession session, SessionDirectory directory, SessionSettings settings)
      throws IOException {}

  /**
   * Whether the client sets the session's model; otherwise it is among what {@link #configure}
   * adds.
   */
  default boolean takesModelFromClient() {
    return false;
  }

  /** Whether the agent has a tool to read the files that are staged for it. */
  default boolean canReadFiles(AgentSession session) {
    return true;
  }

  /** File names of the agent's own program, whose children are its tools; empty if unknown. */
  default Set<String> programs() {
    return Set.of();
  }

  /**
   * A prompt's text blocks, written so that the agent takes none of them for a command.
   *
   * @param first whether no other block precedes them
   */
  default List<String> blocks(String prompt, boolean first) {
    return List.of(prompt.startsWith("/") ? "\n" + prompt : prompt);
  }

  /** Whether a message chunk is the model's, and not a remark of the agent's own. */
  default boolean isAnswer(AcpMessage.Update chunk) {
    return true;
  }

  /** The tokens that a turn used, as its result reports them. */
  default @Nullable Usage usage(AcpMessage.Result result) {
    return result.usage();
  }

  /** The agent's wording of errors that the session driver reacts to. */
  ErrorWords errorWords();

  /** Whether the provider refused the agent's login. */
  default boolean isLoginRefusal(AcpMessage.Failure failure) {
    return failure.code() == ErrorWords.AUTHENTICATION_REQUIRED
        || LOGIN_REFUSED.equals(failure.kind())
        || errorWords().loginRefused().matcher(failure.message()).find();
  }

  /** Whether the agent says that the provider gave no answer. */
  default boolean isOfProvider(AcpMessage.Failure failure) {
    return failure.provider() != null;
  }

  /** Whether the agent holds a session that it has lost, because its own child died (4.7). */
  default boolean hasLostSession(AcpMessage.Failure failure) {
    return (failure.code() == ErrorWords.INTERNAL
            || failure.code() == ErrorWords.RESOURCE_NOT_FOUND)
        && errorWords().sessionLost().matcher(failure.words()).find();
  }

  /** Whether acpx, or the agent, has no record of the session. */
  default boolean isUnknownSession(AcpMessage.Failure failure) {
    return "NO_SESSION".equals(failure.acpxCode())
        || errorWords().sessionUnknown().matcher(failure.words()).find();
  }

  /**
   * How a turn without an answer ended, according to the agent's own records; empty if they do not
   * tell it, or not yet.
   *
   * @param conversation the agent's id of it
   * @param since when the turn began, or before
   */
  default Optional<CodexRollout.Ending> ending(
      String conversation, Instant since, SessionSettings settings) {
    return Optional.empty();
  }

  /** What the operator can do if the agent has no login, or a wrong one. */
  String loginAdvice();

  /** Says which login an agent would find if it was started now; contains no secret. */
  default String loginState(SessionSettings settings) {
    return "";
  }

  /** Removes what killed tools of the agent have left in the session's directory. */
  default void tidy(SessionDirectory directory) {}

  /**
   * Has the session go on before a message that the model refused, which its agent tells by its own
   * id; the session's processes have ended.
   *
   * @return whether it is out of the conversation
   */
  default boolean dropRefused(SessionDirectory directory, String message) {
    return false;
  }

  /** Deletes the agent's records of a session whose processes have all ended. */
  default void forget(AgentSession session, SessionDirectory directory, SessionSettings settings) {}

  /** Adds kinds of tools under a name, in a fixed order. */
  static void addKinds(ObjectNode config, String name, Set<ToolKind> kinds) {
    ArrayNode wires = config.putArray(name);
    kinds.stream().map(ToolKind::wire).sorted().forEach(wires::add);
  }

  /**
   * Patterns for an agent's error messages.
   *
   * @param sessionLost the agent lost a session that it was holding
   * @param sessionUnknown the agent's own records do not contain the session
   */
  record ErrorWords(Pattern loginRefused, Pattern sessionLost, Pattern sessionUnknown) {
    static final int AUTHENTICATION_REQUIRED = -32000;
    private static final int INTERNAL = -32603;
    private static final int RESOURCE_NOT_FOUND = -32002;
    private static final String LOGIN =
        "Authentication required|Not logged in|Invalid API key|Failed to authenticate";
    private static final String LOST = "Session not found";

    // Of a login that is refused it tells by status (2).
    static final ErrorWords CLAUDE = of("(?!)", LOST + "|Resource not found", "(?!)");
    // Its adapter's words for a lost session follow the death of codex itself.
    static final ErrorWords CODEX =
        of(
            LOGIN + "|unexpected status 40[13]\\b",
            LOST + "|Connection is disposed|session has ended",
            "no rollout found|thread not found");

    /** An unknown agent may be built on either. */
    static final ErrorWords ANY =
        of(
            CODEX.loginRefused + "|Please run /login|API Error: 40[13]\\b",
            CODEX.sessionLost.pattern(),
            CODEX.sessionUnknown.pattern());

    private static ErrorWords of(String login, String lost, String unknown) {
      return new ErrorWords(
          Pattern.compile(login), Pattern.compile(lost), Pattern.compile(unknown));
    }
  }
}
