package com.clawdforge.core.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a bearer that is known to be none, as far as its form shows. The words never
 * quote it.
 */
final class Mispasted {
  private static final String ASK = "send 'Authorization: Bearer <token>' with this request";
  private static final String PREFIX = "cf_";
  private static final Pattern TOKEN = Pattern.compile("cf_[A-Za-z0-9_-]{43}");

  private Mispasted() {}

  /** What is wrong with a header without a bearer; null if there is none. */
  static String header(@Nullable String authorization) {
    String text = authorization == null ? "" : authorization.strip();
    if (text.startsWith(PREFIX)) {
      return "the word Bearer is missing before the token: " + ASK;
    }
    if (text.equalsIgnoreCase("Bearer")) {
      return "the bearer is empty; is the variable with the token set? " + ASK;
    }
    return text.isEmpty() ? ASK : "another scheme than Bearer is of no use here: " + ASK;
  }

  /** What is wrong with the text after {@code Bearer}; empty if it has the form of a token. */
  static Optional<String> token(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return Optional.of("the bearer is empty; is the variable with the token set?");
    }
    if (lower.contains("authorization:")) {
      return Optional.of("the name of the header is in the token; send the token alone");
    }
    if (lower.startsWith("bearer ")) {
      return Optional.of("the header has the word Bearer twice; send it once");
    }
    if (text.indexOf('"') >= 0 || text.indexOf('\'') >= 0) {
      return Optional.of("the token has quotes around it, which are not part of it");
    }
    if (text.startsWith("$") || text.startsWith("<") || text.startsWith("{")) {
      return Optional.of("the bearer is a placeholder, which was not replaced by a token");
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      return Optional.of("the token has a blank or another character that no token has");
    }
    return text.startsWith(PREFIX) && !TOKEN.matcher(text).matches()
        ? Optional.of("the bearer is not a whole token: cf_ and 43 characters")
        : Optional.empty();
  }
}
