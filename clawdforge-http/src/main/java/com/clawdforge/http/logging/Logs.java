package com.clawdforge.http.logging;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Starts the log of the program. */
public final class Logs {
  private static final String SIMPLE = "org.slf4j.simpleLogger.";
  // Some 20,000 lines.
  private static final int ROOM = 4 << 20;
  private static final Duration LAST_LINES = Duration.ofSeconds(2);

  private static volatile @Nullable QueuedStream queue;

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
   * From now on masks every line that is written to standard error, lets no work wait for who reads
   * it, and logs exceptions that end a thread in the configured format.
   */
  public static void guard(UnaryOperator<String> mask) {
    QueuedStream lines = new QueuedStream(System.err, ROOM, Logs::tellLost);
    queue = lines;
    System.setErr(new RecordStream(new MaskedStream(lines, mask)));
    Runtime.getRuntime().addShutdownHook(new Thread(Logs::settle, "log-end"));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) ->
            LoggerFactory.getLogger(Logs.class).error("thread {} died", thread.getName(), fault));
  }

  private static void tellLost(long lines) {
    LoggerFactory.getLogger(Logs.class)
        .warn("{} lines of the log were dropped, because nobody read them in time", lines);
  }

  /** How many lines were dropped since the start because the log was not read in time. */
  public static long dropped() {
    QueuedStream lines = queue;
    return lines == null ? 0 : lines.dropped();
  }

  /**
   * Gives the log's reader a moment for the last lines, also if this thread is interrupted. Call it
   * before the JVM is halted.
   */
  public static void settle() {
    QueuedStream lines = queue;
    if (lines == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      lines.settle(LAST_LINES);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
