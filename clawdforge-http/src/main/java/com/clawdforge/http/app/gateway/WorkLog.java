package com.clawdforge.http.app.gateway;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs a line for each run and turn that has ended. It leaves out the text of the error, which may
 * quote prompt or answer.
 */
final class WorkLog implements WorkObserver {
  private static final Logger log = LoggerFactory.getLogger("com.clawdforge.http.work");

  @Override
  public Watch accepted(Accepted work) {
    long acceptedAt = System.nanoTime();
    return new Watch() {
      @Override
      public void started() {}

      @Override
      public void firstEvent() {}

      @Override
      public void ended(Ended end) {
        line(work, end)
            .addKeyValue("ms", (System.nanoTime() - acceptedAt) / 1_000_000)
            .log(work.kind().wire() + " ended");
        if (end.contextLost()) {
          about(work, Level.WARN).log("the agent came back without the conversation");
        }
      }
    };
  }

  private static LoggingEventBuilder line(Accepted work, Ended end) {
    ErrorCode error = end.error();
    LoggingEventBuilder line =
        about(work, error == null ? Level.INFO : Level.WARN)
            .addKeyValue("state", end.state().wire());
    return error == null ? line : line.addKeyValue("error", error.wire());
  }

  private static LoggingEventBuilder about(Accepted work, Level level) {
    LoggingEventBuilder line = log.atLevel(level);
    LoggingEventBuilder which =
        switch (work.kind()) {
          case RUN -> line.addKeyValue("run", work.id());
          case TURN -> line.addKeyValue("session", work.id()).addKeyValue("turn", work.turnIndex());
        };
    return which
        .addKeyValue("app", work.appName())
        .addKeyValue("agent", work.agent())
        .addKeyValue("request_id", work.requestId());
  }
}
