package com.clawdforge.acpx.program;

import com.clawdforge.acpx.protocol.Money;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Claude Code tells, during one run or turn, about its requests to the provider. From that it
 * follows why there is no answer: from the HTTP status of the provider's reply and the CLI's own
 * names of errors, never from the words of an answer. Safe for any thread.
 */
public final class ClaudeNotes {
  /** For the app's developer: the provider does not take a file. */
  public static final String FILE_REFUSED =
      "the provider could not process one of the images or documents; send them in another format";

  /** The stop reason of a model that refuses a request. */
  public static final String REFUSAL = "refusal";

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int LOWEST_SERVER_ERROR = 500;
  private static final String DIAGNOSTIC = "[ede_diagnostic]";

  /** Reasons for not starting that another login mends. */
  private static final Set<String> LOGIN_STARTUP_FAILURES =
      Set.of("gateway_signin_required", "org_pin_mismatch", "org_config_refused");

  /** It names the host and port that the operator's requests go to. */
  private static final String GATEWAY =
      "\\s*If it persists, check your inference gateway \\([^)]*\\)\\.?";

  private final List<ProviderRetry> retries = new ArrayList<>();
  private final Map<String, ProviderLimit> limits = new LinkedHashMap<>();
  private final List<AgentDetails.ModelUse> models = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private @Nullable ProviderRetry lastRetry;
  private @Nullable Instant retriedAt;
  private @Nullable String error;
  private @Nullable String terminalReason;
  private @Nullable Instant credentialExpiresAt;
  private boolean costKnown;
  private @Nullable String refused;
  private boolean droppedInput;
  private int results;
  private int messages;

  /** Notes a message of the CLI. */
  public synchronized void add(ClaudeLine line) {
    switch (line) {
      case ClaudeLine.Retry it -> {
        retries.add(it.retry());
        lastRetry = it.retry();
        retriedAt = Instant.now();
      }
      case ClaudeLine.Limit it -> limits.put(it.limit().window(), it.limit());
      case ClaudeLine.Assistant it -> {
        // An error that the model then answers: the CLI has taken something out of the
        // conversation.
        droppedInput |= messages == 0 && "invalid_request".equals(error) && it.error() == null;
        error = it.error();
        if (error == null) {
          messages++;
          lastRetry = null;
        }
      }
      case ClaudeLine.Result it -> add(it);
      case ClaudeLine.WritesLost it ->
          warn("claude could not write down the conversation on the server (" + it.code() + ")");
      case ClaudeLine.Refusal it -> refused = it.messageId();
      case ClaudeLine.Init it -> {}
      case ClaudeLine.Control it -> {}
      case ClaudeLine.Other it -> {}
    }
  }

  private void add(ClaudeLine.Result result) {
    if (results > 0 && result.index() > results) {
      warn("claude sent a result that did not arrive");
    }
    results = Math.max(results + 1, result.index() + 1);
    terminalReason = result.terminalReason();
    if (result.credentialExpiresAt() != null) {
      credentialExpiresAt = result.credentialExpiresAt();
    }
    if (result.models().isPresent()) {
      costKnown = true;
      models.addAll(result.models().get());
    }
  }

  /** Adds what the app's developer should know about the answer. */
  public synchronized void warn(String warning) {
    warnings.add(warning);
  }

  /** What was noted, for the report. */
  public synchronized AgentDetails details() {
    return new AgentDetails(
        retries,
        warnings,
        models,
        terminalReason,
        List.copyOf(limits.values()),
        credentialExpiresAt);
  }

  /** Whether the provider refused the prompt, and the CLI asked again without a part of it. */
  public synchronized boolean droppedInput() {
    return droppedInput;
  }

  /** The id of the message that the model refused. */
  public synchronized Optional<String> refused() {
    return Optional.ofNullable(refused);
  }

  /** How many messages the model has sent. */
  public synchronized int messages() {
    return messages;
  }

  /** The cost of all results so far; empty if the CLI does not tell each result's. */
  public synchronized Optional<BigDecimal> costUsd() {
    return costKnown
        ? Optional.of(
            Money.rounded(
                models.stream()
                    .flatMap(use -> Stream.ofNullable(use.costUsd()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add)))
        : Optional.empty();
  }

  /** What went wrong with the provider, if that is why this result is none. */
  public synchronized Optional<ProviderTrouble> trouble(ClaudeLine.Result result) {
    if (REFUSAL.equals(result.stopReason())) {
      return trouble(AgentFailure.REFUSED, "the model refused the request");
    }
    if (result.succeeded()) {
      return Optional.empty();
    }
    @Nullable String startup = result.startupFailure();
    if (startup != null) {
      return trouble(
          LOGIN_STARTUP_FAILURES.contains(startup)
              ? AgentFailure.UNAUTHENTICATED
              : AgentFailure.UNAVAILABLE,
          "claude cannot start (" + startup + "): " + words(result));
    }
    int status = result.apiStatus();
    if (status == 0 && lastRetry != null) {
      status = lastRetry.status();
    }
    return trouble(status, result.apiError(), words(result));
  }

  /**
   * What is wrong with the provider if the CLI would wait too long before it tries again.
   *
   * @param retry the last one that was noted
   */
  public synchronized ProviderTrouble gaveUpOn(ProviderRetry retry) {
    error = retry.error();
    return trouble(retry.status(), null, "the agent would wait " + retry.delay().toSeconds() + " s")
        .orElseGet(
            () ->
                new ProviderTrouble(
                    AgentFailure.FAILED,
                    "the model's API answered " + retry.status(),
                    advice(null)));
  }

  private Optional<ProviderTrouble> trouble(int status, @Nullable String apiError, String words) {
    if (status == 401 || status == 403 || "authentication_failed".equals(error)) {
      return Optional.of(ProviderTrouble.loginRefused(words, advice(null)));
    }
    if (status == TOO_MANY_REQUESTS || "rate_limit".equals(error)) {
      return Optional.of(ProviderTrouble.limitReached(words, advice(rejected())));
    }
    if (status >= LOWEST_SERVER_ERROR) {
      return Optional.of(
          ProviderTrouble.overloaded(status, retries.size() + 1, words, advice(null)));
    }
    if (status == 0 && ("server_error".equals(error) || "connection_failed".equals(apiError))) {
      return Optional.of(ProviderTrouble.unreachable(retries.size() + 1, words, advice(null)));
    }
    return Optional.empty();
  }

  private Optional<ProviderTrouble> trouble(AgentFailure failure, String message) {
    return Optional.of(new ProviderTrouble(failure, message, advice(null)));
  }

  private RetryAdvice advice(@Nullable ProviderLimit limit) {
    @Nullable Instant notBefore = limit == null ? null : limit.resetsAt();
    if (notBefore == null && lastRetry != null && retriedAt != null) {
      notBefore = retriedAt.plus(lastRetry.delay());
    }
    return new RetryAdvice(notBefore, limit == null ? null : limit.window(), messages > 0);
  }

  private @Nullable ProviderLimit rejected() {
    return limits.values().stream()
        .filter(limit -> limit.status().equals(ProviderLimit.REJECTED))
        .findFirst()
        .orElse(null);
  }

  /** The CLI's words for an end without an answer, without what is meant for its own developers. */
  public static String words(ClaudeLine.Result result) {
    if (!result.text().isBlank()) {
      return result.text().replaceAll(GATEWAY, "");
    }
    List<String> errors =
        result.errors().stream().filter(error -> !error.startsWith(DIAGNOSTIC)).toList();
    return errors.isEmpty() ? "claude ended with " + result.subtype() : String.join("; ", errors);
  }

  /** Whether the model stopped without an answer and without an error of anybody's. */
  public static boolean stoppedWithoutAnswer(ClaudeLine.Result result) {
    return result.subtype().equals("error_during_execution")
        && result.text().isBlank()
        && !result.errors().isEmpty()
        && result.errors().stream().allMatch(error -> error.startsWith(DIAGNOSTIC));
  }
}
