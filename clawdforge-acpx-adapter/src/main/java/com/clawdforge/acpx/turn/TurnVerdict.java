package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentSession;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Says what a turn's end means, in words for the app's developer. */
public final class TurnVerdict {
  /** For a turn whose processes were lost or ended: what that means for the session. */
  public static final String GOES_ON =
      "; what it was doing was stopped, and the session goes on with the next turn";

  private static final int AUTHENTICATION_REQUIRED = -32000;
  private static final int INTERNAL = -32603;
  private static final int SHOWN = 2000;
  private static final Pattern LOGIN =
      Pattern.compile(
          "Authentication required|Not logged in|Invalid API key|Failed to authenticate"
              + "|Please run /login|API Error: 40[13]\\b|unexpected status 40[13]\\b");
  // The latter is codex's adapter, once codex itself has died.
  private static final Pattern FORGOTTEN =
      Pattern.compile("Session not found|Connection is disposed|session has ended");

  private static final Pattern DIED =
      Pattern.compile(
          "exited unexpectedly|AGENT_DISCONNECTED|QUEUE_DISCONNECTED|agent (has )?disconnected"
              + "|queue owner disconnected|outcome (is )?unknown"
              + "|Agent process exited|ACP connection closed",
          Pattern.CASE_INSENSITIVE);

  private final AgentSession session;
  private final AgentEnvironment environment;
  private final Path root;

  public TurnVerdict(AgentSession session, AgentEnvironment environment, Path root) {
    this.session = session;
    this.environment = environment;
    this.root = root;
  }

  /** The agent has forgotten a session that it still holds, since its own child died (4.7). */
  public static boolean isWedged(AcpLine.Failure failure) {
    return failure.code() == INTERNAL && FORGOTTEN.matcher(said(failure)).find();
  }

  /** There is no such session, for acpx or for codex, whose records are gone. */
  public static boolean isUnknown(AcpLine.Failure failure) {
    return "NO_SESSION".equals(failure.acpxCode()) || said(failure).contains("no rollout found");
  }

  /** What an error of the provider's comes to that the agent told as part of the conversation. */
  public static AcpLine.Failure ofProvider(String message, boolean loginRefused) {
    return new AcpLine.Failure(
        INTERNAL, message, loginRefused ? "authentication_failed" : null, null, null);
  }

  /**
   * Whether it cannot be said that the agent has stopped working: its adapter has failed at one of
   * its messages, and lets it go on. An error of the provider's has a kind and ends the turn.
   */
  public static boolean mayGoOn(AcpLine.Failure failure) {
    return failure.code() == INTERNAL && failure.kind() == null && failure.acpxCode() == null;
  }

  /** The agent, or what stood between it and us, has died in the middle of the turn. */
  public static boolean hasDied(AcpLine.Failure failure) {
    return DIED.matcher(said(failure)).find();
  }

  public AgentOutcome failed(AcpLine.Failure failure, String stderr, AgentReport report) {
    if (failure.code() == AUTHENTICATION_REQUIRED
        || "authentication_failed".equals(failure.kind())
        || LOGIN.matcher(failure.message()).find()) {
      return failed(
          AgentFailure.UNAUTHENTICATED,
          "the provider refused the agent's login: "
              + words(failure)
              + "; "
              + AgentProfile.of(session.agent()).loginAdvice()
              + " and check with `clawdforge doctor`",
          stderr,
          report);
    }
    // The agent's own words may be to start a new session.
    String words =
        hasDied(failure)
            ? "the agent died in the middle of the turn (" + words(failure) + ")" + GOES_ON
            : words(failure);
    return failed(AgentFailure.FAILED, words, stderr, report);
  }

  public AgentOutcome failed(
      AgentFailure failure, String message, String stderr, AgentReport report) {
    return new AgentOutcome.Failed(failure, shown(message), tail(stderr), report);
  }

  public AgentOutcome timedOut(String stderr, AgentReport report) {
    return new AgentOutcome.TimedOut(tail(stderr), report);
  }

  private static String said(AcpLine.Failure failure) {
    return failure.message() + " " + failure.details() + " " + failure.acpxCode();
  }

  private static String words(AcpLine.Failure failure) {
    String message = failure.message().replaceFirst("^Internal error: ", "");
    return failure.details() == null ? message : message + ": " + failure.details();
  }

  private String shown(String message) {
    String masked = masked(message);
    return masked.length() <= SHOWN ? masked : masked.substring(0, SHOWN) + "…";
  }

  private String tail(String stderr) {
    String masked = masked(stderr);
    return masked.substring(Math.max(0, masked.length() - SHOWN));
  }

  // Not the server's paths either.
  private String masked(String text) {
    return environment.masked(text).replace(root.toString(), ".");
  }
}
