package com.clawdforge.core.agent;

import com.clawdforge.core.text.ModelText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what an agent says about its work small and printable: its words may be huge. */
final class Bounds {
  private static final int MOST_ENTRIES = 32;
  private static final int MOST_CHARACTERS = 500;
  private static final int MOST_DIGITS = 100;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private Bounds() {}

  /** The first 32 entries. */
  static <T> List<T> entries(List<T> all) {
    return List.copyOf(all.size() <= MOST_ENTRIES ? all : all.subList(0, MOST_ENTRIES));
  }

  /** The first 500 characters, well-formed, and without half of a surrogate pair at the end. */
  static @Nullable String text(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  /** As {@link #text}, for a text that is never null. */
  static String cut(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return ModelText.plain(text);
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1));
    return ModelText.plain(text.substring(0, splitsPair ? MOST_CHARACTERS - 1 : MOST_CHARACTERS));
  }

  /** The time in milliseconds; null if it is before 1970 or after the year 9999. */
  static @Nullable Instant time(@Nullable Instant time) {
    return time == null || time.isBefore(Instant.EPOCH) || time.isAfter(LAST)
        ? null
        : time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The number; null if it has more than a hundred digits. */
  // 1e999999999 is a short text but a very long number once it is added up or printed.
  static @Nullable BigDecimal number(@Nullable BigDecimal number) {
    return number != null
            && number.precision() <= MOST_DIGITS
            && Math.abs((long) number.scale()) <= MOST_DIGITS
        ? number
        : null;
  }
}
