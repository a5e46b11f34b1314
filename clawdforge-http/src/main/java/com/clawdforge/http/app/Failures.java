package com.clawdforge.http.app;

import com.clawdforge.client.ForgeAgentException;
import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeException;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.terminal.FailureWords;
import java.io.PrintWriter;

/** What a user is told when a command has failed. */
final class Failures {
  private static final int FAILED = 1;

  private Failures() {}

  /**
   * Prints what a user can fix as a line.
   *
   * @param url of the server that was called; empty if none was
   * @return the exit status
   * @throws Exception the same, if it is a bug
   */
  static int report(Exception e, String url, PrintWriter err) throws Exception {
    switch (e) {
      case ConfigException wrong -> err.println("clawdforge: " + wrong.getMessage());
      case CommandFailed failed -> {
        err.println("clawdforge: " + failed.getMessage());
        return failed.exitStatus();
      }
      case ForgeApiException api -> {
        err.println("clawdforge: " + FailureWords.refused(url, api));
        if (api.requestId() != null) {
          err.println("  request id: " + api.requestId());
        }
        if (api instanceof ForgeAgentException agent
            && agent.stderrTail() != null
            && !agent.stderrTail().isBlank()) {
          err.println("  the agent said: " + agent.stderrTail().strip());
        }
      }
      case ForgeException unreachable ->
          err.println("clawdforge: " + FailureWords.unreachable(url, unreachable));
      default -> throw e;
    }
    return FAILED;
  }
}
