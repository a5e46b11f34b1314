package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ProviderTrouble;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Explains the end of a turn to the app's developer. */
public final class TurnVerdict {
  /** For a turn whose processes died or were killed: what that means for the session. */
  public static final String GOES_ON =
      "; what it was doing was stopped, and the session goes on with the next turn";

  private static final int INTERNAL = -32603;
  private static final int SHOWN = 2000;

  private static final Pattern DIED =
      Pattern.compile(
          "exited unexpectedly|AGENT_DISCONNECTED|QUEUE_DISCONNECTED|agent (has )?disconnected"
              + "|queue owner disconnected|outcome (is )?unknown"
              + "|Agent process exited|ACP connection closed|The Codex app-server (was|exited|stopped)",
          Pattern.CASE_INSENSITIVE);

  private final AgentProfile profile;
  private final AgentEnvironment environment;
  private final Path root;

  /**
   * @param root the session's directory, which messages must not reveal
   */
  public TurnVerdict(AgentProfile profile, AgentEnvironment environment, Path root) {
    this.profile = profile;
    this.environment = environment;
    this.root = root;
  }

  /** The failure for a provider's error that the agent reported as part of the conversation. */
  public static AcpMessage.Failure ofProvider(String message, boolean loginRefused) {
    return new AcpMessage.Failure(
        INTERNAL, message, loginRefused ? AgentProfile.LOGIN_REFUSED : null, null, null, null);
  }

  /**
   * Whether the agent may still be working: its adapter has failed on one of its messages, and does
   * not stop it. A provider's error has a kind and ends the turn.
   */
  public static boolean mayGoOn(AcpMessage.Failure failure) {
    return failure.code() == INTERNAL && failure.kind() == null && failure.acpxCode() == null;
  }

  /** Whether acpx gave up waiting for its own queue owner, as it does on a machine that is busy. */
  public static boolean hasNoOwner(AcpMessage.Failure failure) {
    return failure.acpxCode() != null && failure.words().contains("queue owner failed to start");
  }

  /** Whether the agent, or a process between it and us, died in the middle of the turn. */
  public static boolean hasDied(AcpMessage.Failure failure) {
    return DIED.matcher(failure.words()).find();
  }

  public AgentOutcome failed(AcpMessage.Failure failure, String stderr, AgentReport report) {
    if (profile.isLoginRefusal(failure)) {
      return failed(
          AgentFailure.UNAUTHENTICATED,
          withLoginAdvice("the provider refused the agent's login: " + words(failure)),
          stderr,
          report);
    }
    // The agent's own words may ask to start a new session.
    String words =
        hasDied(failure)
            ? "the agent died in the middle of the turn (" + words(failure) + ")" + GOES_ON
            : words(failure);
    return failed(AgentFailure.FAILED, words, stderr, report);
  }

  /** The provider gave no answer. */
  public AgentOutcome failed(ProviderTrouble trouble, String stderr, AgentReport report) {
    String message =
        trouble.failure() == AgentFailure.UNAUTHENTICATED
            ? withLoginAdvice(trouble.message())
            : trouble.message();
    return new AgentOutcome.Failed(
        trouble.failure(), shown(message), tail(stderr), report, trouble.advice());
  }

  /** The model stopped without an answer. */
  public AgentOutcome noAnswer(@Nullable String stopReason, String stderr, AgentReport report) {
    return failed(
        AgentFailure.OUTPUT_INVALID,
        "the model stopped without an answer (stop reason " + stopReason + ")",
        stderr,
        report);
  }

  private String withLoginAdvice(String message) {
    return message + "; " + profile.loginAdvice() + " and check with `clawdforge doctor`";
  }

  public AgentOutcome failed(
      AgentFailure failure, String message, String stderr, AgentReport report) {
    return new AgentOutcome.Failed(failure, shown(message), tail(stderr), report);
  }

  public AgentOutcome timedOut(String stderr, AgentReport report) {
    return new AgentOutcome.TimedOut(tail(stderr), report);
  }

  private static String words(AcpMessage.Failure failure) {
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

  // The server's paths are hidden too.
  private String masked(String text) {
    return environment.masked(text).replace(root.toString(), ".");
  }
}
