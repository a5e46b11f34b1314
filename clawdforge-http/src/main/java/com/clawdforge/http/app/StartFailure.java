package com.clawdforge.http.app;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** Says in one line why the server did not start, and what to do. */
final class StartFailure {
  private StartFailure() {}

  static String words(Throwable failure, GatewayConfig config) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return config.host()
            + ":"
            + config.port()
            + " is taken or not an address of this machine; set CLAWDFORGE_PORT or CLAWDFORGE_HOST";
      }
    }
    @Nullable String message = failure.getMessage();
    return message == null ? failure.toString() : message.lines().findFirst().orElse(message);
  }
}
