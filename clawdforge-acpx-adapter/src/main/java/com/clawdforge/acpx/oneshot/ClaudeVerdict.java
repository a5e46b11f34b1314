package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.OneShot;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interprets the CLI's end. Its exit status is not conclusive (0 after an interrupt, 1 after an API
 * error), and neither is {@code subtype}, which is "success" for both (agent-facts.md, 1.5, 1.7).
 */
final class ClaudeVerdict {
  /** Without the reason, which would reveal the server's paths to the app. */
  static final String CANNOT_START =
      "claude cannot be started on the server; its log says why, and `clawdforge doctor`";

  private static final Logger log = LoggerFactory.getLogger(ClaudeVerdict.class);
  private static final int STDERR_SHOWN = 2000;
  private static final int MESSAGE_SHOWN = 2000;
  // The CLI's words for a missing or refused login, if it reports no status.
  private static final Pattern NOT_LOGGED_IN =
      Pattern.compile(
          "^(Not logged in|Invalid API key|Failed to authenticate|Please run /login)|Please run /login$");
  private static final String LOG_IN =
      "; log the server's claude in (`claude /login`, ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN)"
          + " and check with `clawdforge doctor`";

  private final OneShot oneShot;
  private final AgentEnvironment environment;

  ClaudeVerdict(OneShot oneShot, AgentEnvironment environment) {
    this.oneShot = oneShot;
    this.environment = environment;
  }

  AgentOutcome of(ClaudeLine.Result result, @Nullable String model, String stderr) {
    AgentReport report = report(result, model);
    if (result.subtype().equals("error_max_budget_usd")) {
      return failed(
          AgentFailure.BUDGET_EXHAUSTED,
          "max_budget_usd of " + oneShot.maxBudgetUsd() + " is used up",
          stderr,
          report);
    }
    if (result.subtype().equals("error_max_structured_output_retries")) {
      return failed(
          AgentFailure.OUTPUT_INVALID,
          "the model kept giving output that is not valid under json_schema",
          stderr,
          report);
    }
    if (result.error() || !result.subtype().equals("success")) {
      return refused(result.apiStatus(), words(result), stderr, report);
    }
    // The CLI ran one of its own slash commands instead of the model.
    if (result.turns() == 0) {
      return failed(
          AgentFailure.FAILED,
          "the prompt reached no model; claude answered by itself: " + words(result),
          stderr,
          report);
    }
    return answered(result, stderr, report);
  }

  /** The provider refused the login, and the CLI would retry for minutes. */
  AgentOutcome loginRefused(int status, @Nullable String model, String stderr) {
    return refused(
        status, "API Error: " + status, stderr, new AgentReport(model, null, null, null));
  }

  /** The CLI has exited without a result. */
  AgentOutcome withoutResult(Optional<Integer> exitStatus, @Nullable String model, String stderr) {
    boolean neverRan = exitStatus.filter(status -> status == 126 || status == 127).isPresent();
    if (neverRan) {
      log.error("claude cannot be started: {}", environment.masked(stderr).strip());
      return failed(AgentFailure.UNAVAILABLE, CANNOT_START, "", AgentReport.NONE);
    }
    // Mask first: the last line of a multi-line secret would not be recognised.
    String said = lastLine(environment.masked(stderr));
    return failed(
        AgentFailure.FAILED,
        "claude ended without an answer"
            + exitStatus.map(status -> " (exit status " + status + ")").orElse("")
            + (said.isEmpty() ? "" : ": " + said),
        stderr,
        new AgentReport(model, null, null, null));
  }

  AgentOutcome failed(AgentFailure failure, String message, String stderr, AgentReport report) {
    return new AgentOutcome.Failed(
        failure, cut(environment.masked(message)), shown(stderr), report);
  }

  AgentOutcome timedOut(ClaudeLine.@Nullable Result result, @Nullable String model, String stderr) {
    return new AgentOutcome.TimedOut(shown(stderr), report(result, model));
  }

  AgentOutcome cancelled(ClaudeLine.@Nullable Result result, @Nullable String model) {
    return new AgentOutcome.Cancelled(report(result, model));
  }

  private AgentOutcome refused(int status, String words, String stderr, AgentReport report) {
    if (status == 401 || status == 403 || NOT_LOGGED_IN.matcher(words).find()) {
      return failed(
          AgentFailure.UNAUTHENTICATED,
          "the provider refused the agent's login: " + words + LOG_IN,
          stderr,
          report);
    }
    return failed(AgentFailure.FAILED, words, stderr, report);
  }

  private AgentOutcome answered(ClaudeLine.Result result, String stderr, AgentReport report) {
    @Nullable String schema = oneShot.jsonSchema();
    if (schema == null) {
      return new AgentOutcome.Completed(result.text(), null, report);
    }
    @Nullable String structured = result.structured();
    if (structured == null) {
      return failed(
          AgentFailure.OUTPUT_INVALID,
          "the model gave no output under json_schema",
          stderr,
          report);
    }
    Optional<String> problem = AnswerSchema.parse(schema).problemWith(structured);
    if (problem.isPresent()) {
      return failed(
          AgentFailure.OUTPUT_INVALID,
          "the model's output is not valid under json_schema: " + problem.get(),
          stderr,
          report);
    }
    return new AgentOutcome.Completed(result.text(), structured, report);
  }

  private String shown(String stderr) {
    String masked = environment.masked(stderr);
    return masked.substring(Math.max(0, masked.length() - STDERR_SHOWN));
  }

  // A line may have megabytes, and the ledger stores and lists the message.
  private static String cut(String message) {
    return message.length() <= MESSAGE_SHOWN ? message : message.substring(0, MESSAGE_SHOWN) + "…";
  }

  private static AgentReport report(ClaudeLine.@Nullable Result result, @Nullable String model) {
    return result == null
        ? new AgentReport(model, null, null, null)
        : new AgentReport(model, result.stopReason(), result.usage(), result.costUsd());
  }

  private static String words(ClaudeLine.Result result) {
    if (!result.text().isBlank()) {
      return result.text();
    }
    List<String> errors = result.errors();
    return errors.isEmpty() ? "claude ended with " + result.subtype() : String.join("; ", errors);
  }

  private static String lastLine(String stderr) {
    return stderr.strip().lines().reduce("", (earlier, last) -> last);
  }
}
