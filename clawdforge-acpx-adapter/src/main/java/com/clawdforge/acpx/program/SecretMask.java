package com.clawdforge.acpx.program;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Replaces secrets in text: known ones, literally and as encoded in JSON or a URL, and anything
 * that looks like one. Takes time proportional to the text. Safe for any thread.
 */
public final class SecretMask {
  private static final int SHORTEST = 6;
  private static final String WORD = "bearer";

  // No word boundary: in JSON and in URLs a letter may precede it, as in \n and %3D.
  private static final Pattern KEY = Pattern.compile("(sk-ant-|cf_)[A-Za-z0-9_-]{8,}");
  // The limits prevent repeated scans of a long run of spaces.
  private static final Pattern BEARER =
      Pattern.compile("(?i)(bearer(?:\\s{1,64}|%20|\\\\[nrt]))[A-Za-z0-9._~+/=-]{8,}");
  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(://[^\\s/@:\"'\\\\<>,]{0,256}:)[^\\s/@\"'\\\\<>,]{1,1024}@");

  private final List<String> secrets;

  private SecretMask(List<String> secrets) {
    this.secrets = secrets;
  }

  /**
   * Masks these values; values under 6 characters are ignored.
   *
   * @param secrets in any order
   */
  public static SecretMask of(Collection<String> secrets) {
    return new SecretMask(
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .flatMap(SecretMask::forms)
            .distinct()
            // Otherwise the end of a longer secret would remain if it begins with a shorter one.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  private static Stream<String> forms(String secret) {
    return Stream.of(
        secret,
        new String(JsonStringEncoder.getInstance().quoteAsString(secret)),
        URLEncoder.encode(secret, StandardCharsets.UTF_8));
  }

  /** Returns the text with its secrets replaced. */
  public String masked(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, "***");
    }
    // Every line of the log passes through here, and few have anything of this kind.
    if (masked.contains("sk-ant-") || masked.contains("cf_")) {
      masked = KEY.matcher(masked).replaceAll("$1***");
    }
    if (hasBearer(masked)) {
      masked = BEARER.matcher(masked).replaceAll("$1***");
    }
    return masked.contains("://") ? PASSWORD_IN_URL.matcher(masked).replaceAll("$1***@") : masked;
  }

  private static boolean hasBearer(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == 'b' || c == 'B') && text.regionMatches(true, i, WORD, 0, WORD.length())) {
        return true;
      }
    }
    return false;
  }
}
