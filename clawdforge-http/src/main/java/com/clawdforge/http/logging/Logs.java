package com.clawdforge.http.logging;

import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** Starts the log of the program. */
public final class Logs {
  private static final String SIMPLE = "org.slf4j.simpleLogger.";

  private Logs() {}

  /** Chooses the logging backend; must be called before the first logger is created. */
  public static void use(LogSettings settings) {
    // Otherwise slf4j reports on standard error which provider it uses.
    System.setProperty("slf4j.internal.verbosity", "WARN");
    switch (settings.format()) {
      case TEXT -> {
        System.setProperty(
            LoggerFactory.PROVIDER_PROPERTY_KEY, "org.slf4j.simple.SimpleServiceProvider");
        System.setProperty(SIMPLE + "defaultLogLevel", settings.level().wire());
        settings
            .loggers()
            .forEach((name, level) -> System.setProperty(SIMPLE + "log." + name, level.wire()));
      }
      case JSON -> {
        System.setProperty(
            LoggerFactory.PROVIDER_PROPERTY_KEY,
            "ch.qos.logback.classic.spi.LogbackServiceProvider");
        JsonLog.use(settings);
      }
    }
  }

  /**
   * Masks every line that is written to standard error from now on, and logs exceptions that end a
   * thread in the configured format.
   */
  public static void guard(UnaryOperator<String> mask) {
    System.setErr(new RecordStream(new MaskedStream(System.err, mask)));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) ->
            LoggerFactory.getLogger(Logs.class).error("thread {} died", thread.getName(), fault));
  }
}
