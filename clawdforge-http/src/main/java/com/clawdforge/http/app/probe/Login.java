package com.clawdforge.http.app.probe;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which login agents would use.
 *
 * @param kind a word for programs, such as {@code api_key}; null if there is none
 * @param words the same for people
 * @param remedy what to do about it; empty if nothing
 */
public record Login(State state, @Nullable String kind, String words, String remedy) {
  /** Whether there is one; what the provider thinks of it nobody knows before a request. */
  enum State {
    LOGGED_IN,
    LOGGED_OUT,
    /** A key of one kind is where another kind belongs, and will be refused. */
    MISPLACED,
    /** The CLI did not tell. */
    UNKNOWN;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Check.Finding finding() {
    return switch (state) {
      case LOGGED_IN -> remedy.isEmpty() ? Check.ok(words) : Check.note(words, remedy);
      case LOGGED_OUT, MISPLACED, UNKNOWN -> Check.fault(words, remedy);
    };
  }
}
