package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.IdempotencyKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code Idempotency-Key} of a request. */
public final class RequestKey {
  public static final String HEADER = "Idempotency-Key";

  /** Header of an answer that belongs to an earlier request with the same key. */
  public static final String REPLAY = "Idempotent-Replay";

  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,128}");

  private RequestKey() {}

  /**
   * Refuses a request that continues a stream, because nothing tells which work that was of.
   *
   * @param where how the client can continue
   */
  public static Refusal nothingToContinue(String where) {
    return Refusal.of(
        ErrorCode.IDEMPOTENCY_CONFLICT,
        "Last-Event-ID says that this request continues a stream, and "
            + where
            + "; leave Last-Event-ID out to start anew");
  }

  /**
   * Reads the key.
   *
   * @param value of the header, or null if the request has none
   */
  public static @Nullable IdempotencyKey of(@Nullable String value, byte[] body) {
    if (value == null) {
      return null;
    }
    if (!KEY.matcher(value).matches()) {
      throw Refusal.invalid(HEADER, HEADER + " must be 1 to 128 printable ASCII characters");
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return new IdempotencyKey(value, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
