package com.clawdforge.client;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names under which work is done once, however often it is asked for. */
final class Key {
  // Spaces around a header's value are not part of it.
  private static final Pattern USABLE =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,126}[\\x21-\\x7e])?");

  private Key() {}

  static String checked(String key) {
    if (!USABLE.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "an idempotency key has 1 to 128 printable ASCII characters, and no space around them");
    }
    return key;
  }

  /** The app's, or a new one. */
  static String orNew(@Nullable String key) {
    return key == null ? UUID.randomUUID().toString() : key;
  }
}
