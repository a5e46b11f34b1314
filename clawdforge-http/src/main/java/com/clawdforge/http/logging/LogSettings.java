package com.clawdforge.http.logging;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings of the log, from two environment variables: {@code CLAWDFORGE_LOG_FORMAT}, {@code text}
 * or {@code json}, and {@code CLAWDFORGE_LOG_LEVEL}, a default level and levels of loggers, such as
 * {@code info,com.clawdforge.acpx=debug}.
 *
 * @param loggers levels by the name of a logger or a package
 */
public record LogSettings(Format format, Level level, Map<String, Level> loggers) {
  public static final String FORMAT = "CLAWDFORGE_LOG_FORMAT";
  public static final String LEVEL = "CLAWDFORGE_LOG_LEVEL";

  /** Default levels of noisy libraries. */
  static final Map<String, Level> QUIET =
      Map.of(
          "org.eclipse.jetty", Level.WARN,
          "io.javalin", Level.WARN,
          "com.zaxxer.hikari", Level.WARN,
          "com.networknt", Level.OFF);

  private static final Pattern LOGGER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

  /** The format of log lines. */
  public enum Format {
    TEXT,
    JSON
  }

  /** The lowest level that is written. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LogSettings {
    loggers = Map.copyOf(loggers);
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException with a message for the operator that begins with the variable
   */
  public static LogSettings from(Map<String, String> environment) {
    Format format = oneOf(FORMAT, value(environment, FORMAT, "text"), Format.values());
    Level level = Level.INFO;
    Map<String, Level> loggers = new LinkedHashMap<>(QUIET);
    for (String part : value(environment, LEVEL, "info").split(",", -1)) {
      List<String> sides = Arrays.stream(part.split("=", 2)).map(String::strip).toList();
      Level which = oneOf(LEVEL, sides.getLast(), Level.values());
      if (sides.size() == 1) {
        level = which;
      } else if (LOGGER.matcher(sides.getFirst()).matches()) {
        loggers.put(sides.getFirst(), which);
      } else {
        throw new IllegalArgumentException(
            LEVEL + " contains an invalid logger name: " + part.strip());
      }
    }
    return new LogSettings(format, level, loggers);
  }

  /** The settings for commands other than the server, whose log few people need. */
  public LogSettings quiet() {
    return new LogSettings(Format.TEXT, level == Level.INFO ? Level.WARN : level, loggers);
  }

  private static String value(Map<String, String> environment, String name, String otherwise) {
    String value = environment.getOrDefault(name, "").strip();
    return value.isEmpty() ? otherwise : value;
  }

  private static <E extends Enum<E>> E oneOf(String name, String text, E[] values) {
    return Arrays.stream(values)
        .filter(value -> value.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " must be made of "
                        + String.join(
                            ", ",
                            Arrays.stream(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .toList())
                        + ", not "
                        + text));
  }
}
