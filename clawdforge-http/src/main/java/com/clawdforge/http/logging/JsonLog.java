package com.clawdforge.http.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Configures logback: one JSON object per line, on standard error. Logback finds it as a service; a
 * configuration file would have to be parsed at each start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class JsonLog extends ContextAwareBase implements Configurator {
  private static volatile LogSettings settings = LogSettings.from(Map.of());

  /** Called by logback. */
  public JsonLog() {}

  /** Must be called before the first logger is created. */
  static void use(LogSettings used) {
    settings = used;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    EcsLine line = new EcsLine();
    line.setContext(context);
    line.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(line);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(Level.toLevel(settings.level().name()));
    settings
        .loggers()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.toLevel(level.name())));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
