package com.clawdforge.http.logging;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How the program logs, from two environment variables: {@code CLAWDFORGE_LOG_FORMAT}, {@code text}
 * or {@code json}, and {@code CLAWDFORGE_LOG_LEVEL}, a level and levels of loggers such as {@code
 * info,com.clawdforge.acpx=debug}.
 *
 * @param loggers levels by the names of loggers and their packages
 */
public record LogSettings(Format format, Level level, Map<String, Level> loggers) {
  public static final String FORMAT = "CLAWDFORGE_LOG_FORMAT";
  public static final String LEVEL = "CLAWDFORGE_LOG_LEVEL";

  /** What an operator need not know of others' libraries, unless he asks. */
  static final Map<String, Level> QUIET =
      Map.of(
          "org.eclipse.jetty", Level.WARN,
          "io.javalin", Level.WARN,
          "com.zaxxer.hikari", Level.WARN,
          "com.networknt", Level.OFF);

  private static final Pattern LOGGER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

  /** How lines are written. */
  public enum Format {
    TEXT,
    JSON
  }

  /** How much is written. */
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
   * Reads them.
   *
   * @throws IllegalArgumentException in words for the operator, that begin with the variable's name
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
        throw new IllegalArgumentException(LEVEL + " names a logger that is none: " + part.strip());
      }
    }
    return new LogSettings(format, level, loggers);
  }

  /** For commands other than the server, whose log is nobody's business. */
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
