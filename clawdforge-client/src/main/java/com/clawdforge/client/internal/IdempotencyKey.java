package com.clawdforge.client.internal;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Idempotency keys: the gateway does the work of two requests with the same key once. */
public final class IdempotencyKey {
  // HTTP drops spaces around a header's value.
  private static final Pattern USABLE =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,126}[\\x21-\\x7e])?");

  private IdempotencyKey() {}

  /**
   * Returns the key.
   *
   * @throws IllegalArgumentException if a header cannot hold it
   */
  public static String checked(String key) {
    if (!USABLE.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "an idempotency key has 1 to 128 printable ASCII characters, and no space around them");
    }
    return key;
  }

  /** Returns the app's key, or a new one if that is null. */
  public static String orNew(@Nullable String key) {
    return key == null ? UUID.randomUUID().toString() : key;
  }
}
