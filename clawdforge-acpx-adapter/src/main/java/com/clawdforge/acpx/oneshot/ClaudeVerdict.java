package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeLine;
import com.clawdforge.acpx.program.ClaudeNotes;
import com.clawdforge.acpx.program.ProviderTrouble;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.ProviderRetry;
import java.util.Optional;
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
  private static final String LOG_IN =
      "; log the server's claude in (`clawdforge login`, ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN)"
          + " and check with `clawdforge doctor`";

  private final OneShot oneShot;
  private final AgentEnvironment environment;
  private final ClaudeNotes notes;

  ClaudeVerdict(OneShot oneShot, AgentEnvironment environment, ClaudeNotes notes) {
    this.oneShot = oneShot;
    this.environment = environment;
    this.notes = notes;
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
    Optional<ProviderTrouble> trouble = notes.trouble(result);
    if (trouble.isPresent()) {
      return failed(trouble.get(), stderr, report);
    }
    if (ClaudeNotes.stoppedWithoutAnswer(result)) {
      return failed(AgentFailure.OUTPUT_INVALID, noAnswer(result), stderr, report);
    }
    if (!result.succeeded()) {
      return failed(AgentFailure.FAILED, ClaudeNotes.words(result), stderr, report);
    }
    // The CLI ran one of its own slash commands instead of the model.
    if (result.turns() == 0) {
      return failed(
          AgentFailure.FAILED,
          "the prompt reached no model; claude answered by itself: " + ClaudeNotes.words(result),
          stderr,
          report);
    }
    return answered(result, stderr, report);
  }

  /** The CLI would wait too long for the provider before it tries again. */
  AgentOutcome gaveUpOn(ProviderRetry retry, @Nullable String model, String stderr) {
    return failed(notes.gaveUpOn(retry), stderr, report(null, model));
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
        report(null, model));
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

  private AgentOutcome failed(ProviderTrouble trouble, String stderr, AgentReport report) {
    String message =
        trouble.failure() == AgentFailure.UNAUTHENTICATED
            ? trouble.message() + LOG_IN
            : trouble.message();
    return new AgentOutcome.Failed(
        trouble.failure(),
        cut(environment.masked(message)),
        shown(stderr),
        report,
        trouble.advice());
  }

  private AgentOutcome answered(ClaudeLine.Result result, String stderr, AgentReport report) {
    @Nullable String schema = oneShot.jsonSchema();
    if (schema == null) {
      return result.text().isBlank()
          ? failed(AgentFailure.OUTPUT_INVALID, noAnswer(result), stderr, report)
          : new AgentOutcome.Completed(result.text(), null, report);
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

  private static String noAnswer(ClaudeLine.Result result) {
    return "the model stopped without an answer (stop reason " + result.stopReason() + ")";
  }

  private AgentReport report(ClaudeLine.@Nullable Result result, @Nullable String model) {
    return result == null
        ? new AgentReport(model, null, null, null, notes.details())
        : new AgentReport(
            model, result.stopReason(), result.usage(), result.costUsd(), notes.details());
  }

  private static String lastLine(String stderr) {
    return stderr.strip().lines().reduce("", (earlier, last) -> last);
  }
}
