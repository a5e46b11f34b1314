package com.clawdforge.core.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that the gateway refuses with a documented code before it runs an agent. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;
  private final transient @Nullable Allowance allowance;

  private Refusal(
      ErrorCode code,
      String detail,
      @Nullable String field,
      @Nullable Duration retryAfter,
      @Nullable Allowance allowance) {
    // A refusal is an answer, not a defect: its stack trace would never be read.
    super(detail, null, false, false);
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
    this.allowance = allowance;
  }

  public static Refusal of(ErrorCode code, String detail) {
    return new Refusal(code, detail, null, null, null);
  }

  /** Refuses a value in a well-formed request; {@code detail} should name the field. */
  public static Refusal invalid(String field, String detail) {
    return new Refusal(ErrorCode.INVALID_REQUEST, detail, field, null, null);
  }

  /** A temporary refusal: the caller may retry after {@code retryAfter}. */
  public static Refusal retryLater(ErrorCode code, String detail, Duration retryAfter) {
    return new Refusal(code, detail, null, retryAfter, null);
  }

  /** A refusal for lack of capacity: the caller may retry within seconds. */
  public static Refusal retrySoon(ErrorCode code, String detail) {
    return retryLater(code, detail, Duration.ofSeconds(5));
  }

  /** A refusal because a limit of the caller's token is reached. */
  public static Refusal beyond(
      ErrorCode code, String detail, Duration retryAfter, Allowance allowance) {
    return new Refusal(code, detail, null, retryAfter, allowance);
  }

  /** The answer both for what does not exist and for what belongs to another token. */
  public static Refusal notFound(String what, String id) {
    return of(ErrorCode.NOT_FOUND, "no " + what + " " + id);
  }

  public ErrorCode code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public @Nullable String field() {
    return field;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The limit of the caller's token that is reached, or null. */
  public @Nullable Allowance allowance() {
    return allowance;
  }
}
