package com.clawdforge.http.app.command;

import com.clawdforge.http.app.config.GatewayConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Explains in one line why the server did not start, and what to do about it. */
final class StartFailure {
  private StartFailure() {}

  /**
   * Refuses an address that cannot be listened on, before anything is started and logged.
   *
   * @throws CommandFailed with one line
   */
  static void refuseTakenPort(GatewayConfig config) {
    InetSocketAddress address =
        new InetSocketAddress(config.server().host(), config.server().port());
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    } catch (IOException e) {
      String why = address.isUnresolved() ? "no such host" : String.valueOf(e.getMessage());
      throw new CommandFailed("the server cannot start: " + notListening(config, why), e);
    }
  }

  static String words(Throwable failure, GatewayConfig config) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException) {
        return notListening(config, String.valueOf(cause.getMessage()));
      }
      if (cause instanceof UnresolvedAddressException) {
        return notListening(config, "no such host");
      }
    }
    @Nullable String message = failure.getMessage();
    return message == null ? failure.toString() : message.lines().findFirst().orElse(message);
  }

  private static String notListening(GatewayConfig config, String why) {
    return config.server().host()
        + ":"
        + config.server().port()
        + " cannot be listened on ("
        + why
        + "); set CLAWDFORGE_PORT or CLAWDFORGE_HOST, or give --port or --host";
  }
}
