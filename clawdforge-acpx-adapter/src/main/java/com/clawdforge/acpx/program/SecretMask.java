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
 * Replaces secrets in text: those that are known, as they are and as they stand in JSON and in a
 * URL, and whatever looks like one. In time that grows with the text alone. Safe for any thread.
 */
public final class SecretMask {
  private static final int SHORTEST = 6;

  // Whatever stands before: in JSON and in URLs that may be a letter, as in \n and %3D.
  private static final Pattern KEY = Pattern.compile("(sk-ant-|cf_)[A-Za-z0-9_-]{8,}");
  // The bounds keep a long run of spaces from being gone through again and again.
  private static final Pattern BEARER =
      Pattern.compile("(?i)(bearer(?:\\s{1,64}|%20|\\\\[nrt]))[A-Za-z0-9._~+/=-]{8,}");
  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(://[^\\s/@:\"'\\\\<>,]{0,256}:)[^\\s/@\"'\\\\<>,]{1,1024}@");

  private final List<String> secrets;

  private SecretMask(List<String> secrets) {
    this.secrets = secrets;
  }

  /**
   * Knows these, but for those too short to be one.
   *
   * @param secrets in any order
   */
  public static SecretMask of(Collection<String> secrets) {
    return new SecretMask(
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .flatMap(SecretMask::forms)
            .distinct()
            // Else the longer one's end would stay where one begins with another.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  private static Stream<String> forms(String secret) {
    return Stream.of(
        secret,
        new String(JsonStringEncoder.getInstance().quoteAsString(secret)),
        URLEncoder.encode(secret, StandardCharsets.UTF_8));
  }

  /** The text with its secrets replaced. */
  public String masked(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, "***");
    }
    masked = KEY.matcher(masked).replaceAll("$1***");
    masked = BEARER.matcher(masked).replaceAll("$1***");
    return PASSWORD_IN_URL.matcher(masked).replaceAll("$1***@");
  }
}
