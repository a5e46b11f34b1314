package com.clawdforge.acpx.program;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.protocol.ProviderError;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What codex tells, during one turn, about its requests to the provider. From that it follows why
 * there is no answer: from codex's names of errors and the HTTP status of the provider's reply,
 * never from the words of an answer. Safe for any thread.
 */
public final class CodexNotes {
  private static final String BROKEN = "systemError";
  private static final double USED_UP = 1;

  /** In an error that older versions do not name. */
  private static final Pattern STATUS = Pattern.compile("^unexpected status (\\d{3})\\b");

  private static final String PLACE = ", url: [^,\\s]+";

  private final List<ProviderRetry> retries = new ArrayList<>();
  private List<ProviderLimit> limits = List.of();
  private @Nullable ProviderError repeated;
  private @Nullable ProviderError last;
  private @Nullable String remark;
  private boolean broken;
  private boolean acted;

  /** Notes what codex says of the conversation, or of a request that it repeats. */
  public synchronized void add(AcpMessage.ProviderNote note) {
    if (note.status() != null) {
      broken = note.status().equals(BROKEN);
    }
    ProviderError error = note.error();
    if (error != null && error.repeated()) {
      repeated = error;
      // It does not tell how long it waits.
      retries.add(new ProviderRetry(error.status(), error.kind(), Duration.ZERO));
    }
  }

  /** Notes a message of codex itself, such as the words of an error. */
  public synchronized void remark(String text) {
    remark = text.strip();
  }

  /** Notes that the model answered or used a tool. */
  public synchronized void acted() {
    acted = true;
  }

  /** Notes the turn's end as codex's records have it, which tell more than the protocol. */
  public synchronized void add(CodexRollout.Ending ending) {
    last = ending.error();
    limits = ending.limits();
  }

  /** Whether codex gave up although its adapter calls the turn's end a regular one. */
  public synchronized boolean gaveUp() {
    return broken;
  }

  /** What was noted, for the report. */
  public synchronized AgentDetails details() {
    return new AgentDetails(retries, List.of(), List.of(), null, limits, null);
  }

  /** Whether the provider refused the login. */
  public static boolean isLoginRefused(ProviderError error) {
    return failure(error) == AgentFailure.UNAUTHENTICATED;
  }

  /**
   * Why there is no answer; for a turn that codex gave up.
   *
   * @param response its response to the prompt, if that is an error; one that names no error means
   *     a refused login
   */
  public synchronized ProviderTrouble trouble(AcpMessage.@Nullable Failure response) {
    ProviderError error = error(response);
    String words = words(error);
    RetryAdvice advice = new RetryAdvice(null, null, acted);
    int requests = retries.size() + 1;
    boolean login = response != null && response.provider() == null;
    return switch (login ? AgentFailure.UNAUTHENTICATED : failure(error)) {
      case UNAUTHENTICATED -> ProviderTrouble.loginRefused(words, advice);
      case USAGE_LIMIT_REACHED -> ProviderTrouble.limitReached(words, limitAdvice());
      case PROVIDER_OVERLOADED ->
          ProviderTrouble.overloaded(error.status(), requests, words, advice);
      case PROVIDER_UNREACHABLE -> ProviderTrouble.unreachable(requests, words, advice);
      default -> new ProviderTrouble(AgentFailure.FAILED, words, advice);
    };
  }

  private ProviderError error(AcpMessage.@Nullable Failure response) {
    if (last != null) {
      return named(last);
    }
    if (response != null) {
      return response.provider() == null
          ? new ProviderError(ProviderError.OTHER, 0, response.message(), false)
          : response.provider();
    }
    String words = Objects.requireNonNullElse(remark, "");
    return named(new ProviderError(ProviderError.OTHER, 0, words, false));
  }

  // An error that codex repeated before is known better from then, by the same words.
  private ProviderError named(ProviderError error) {
    if (!error.kind().equals(ProviderError.OTHER)) {
      return error;
    }
    if (repeated != null && repeated.message().equals(error.message())) {
      return repeated;
    }
    Matcher status = STATUS.matcher(error.message());
    return status.find()
        ? new ProviderError(
            "httpConnectionFailed", Integer.parseInt(status.group(1)), error.message(), false)
        : error;
  }

  private static AgentFailure failure(ProviderError error) {
    return switch (error.kind()) {
      case "unauthorized" -> AgentFailure.UNAUTHENTICATED;
      case "usageLimitExceeded", "rateLimitExceeded" -> AgentFailure.USAGE_LIMIT_REACHED;
      case "serverOverloaded", "internalServerError", "flexUnavailable" ->
          AgentFailure.PROVIDER_OVERLOADED;
      case "httpConnectionFailed",
          "responseStreamConnectionFailed",
          "responseStreamDisconnected",
          "responseTooManyFailedAttempts" ->
          failure(error.status());
      default -> AgentFailure.FAILED;
    };
  }

  private static AgentFailure failure(int status) {
    return switch (status) {
      case 0 -> AgentFailure.PROVIDER_UNREACHABLE;
      case 401, 403 -> AgentFailure.UNAUTHENTICATED;
      case 429 -> AgentFailure.USAGE_LIMIT_REACHED;
      default -> status >= 500 ? AgentFailure.PROVIDER_OVERLOADED : AgentFailure.FAILED;
    };
  }

  /** The words of an error, without the place that the operator's requests go to. */
  public static String words(ProviderError error) {
    return error.message().isBlank()
        ? "codex gave no reason (" + error.kind() + ")"
        : error.message().replaceAll(PLACE, "");
  }

  // All limits that are used up have to be renewed.
  private RetryAdvice limitAdvice() {
    Optional<ProviderLimit> rejected =
        limits.stream()
            .filter(limit -> limit.utilization() != null && limit.utilization() >= USED_UP)
            .max(
                Comparator.comparing(
                    limit -> Objects.requireNonNullElse(limit.resetsAt(), Instant.EPOCH)));
    return new RetryAdvice(
        rejected.map(ProviderLimit::resetsAt).orElse(null),
        rejected.map(ProviderLimit::window).orElse(null),
        acted);
  }
}
