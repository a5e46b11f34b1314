package com.clawdforge.http.app.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version of this build, and of the API that it serves. */
public final class Version {
  private static final Pattern OF_API = Pattern.compile("  version: '(.+)'");

  private Version() {}

  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** The version of the API, which the description of the API states. */
  public static String api() {
    try (@Nullable InputStream in = Version.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the description of its API");
      }
      // It is among the first lines; reading all of them as YAML would take longer than the
      // command.
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .map(OF_API::matcher)
          .filter(Matcher::matches)
          .findFirst()
          .map(line -> line.group(1))
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Both versions as a person reads them. */
  public static String line() {
    return "clawdforge " + current() + " (API " + api() + ")";
  }
}
