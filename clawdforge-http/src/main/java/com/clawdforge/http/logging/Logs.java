package com.clawdforge.http.logging;

import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** Starts the program's log. */
public final class Logs {
  private static final String SIMPLE = "org.slf4j.simpleLogger.";

  private Logs() {}

  /** Chooses what logs; before the first logger is made. */
  public static void use(LogSettings settings) {
    // Else slf4j tells on standard error which of the two it was told to use.
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
   * Masks whatever is written to standard error from now on, each line of it, and has threads that
   * end by an exception log it in the format of everything else.
   */
  public static void guard(UnaryOperator<String> mask) {
    System.setErr(new RecordStream(new MaskedStream(System.err, mask)));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) ->
            LoggerFactory.getLogger(Logs.class).error("thread {} died", thread.getName(), fault));
  }
}
