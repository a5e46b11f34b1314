package com.clawdforge.http.app.probe;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The login that agents would use.
 *
 * @param kind a machine-readable name, such as {@code api_key}; null if there is none
 * @param words the same for people
 * @param remedy what to do about it; empty if nothing
 */
public record Login(State state, @Nullable String kind, String words, String remedy) {
  /** Whether there is one. Only a request can show whether the provider accepts it. */
  enum State {
    LOGGED_IN,
    LOGGED_OUT,
    /** A key is set in the variable of another kind, and will be refused. */
    MISPLACED,
    /** The CLI did not report it. */
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
