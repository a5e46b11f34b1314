package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.SessionInfo;
import com.clawdforge.http.app.command.Connection;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists sessions, as {@code clawdforge sessions} and as {@code clawdforge session list}. */
@Command(
    name = "sessions",
    description = "Lists the sessions of this token, newest first.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: clawdforge sessions --all --json | jq -r .session_id",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class SessionsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--all", description = "Include closed sessions.")
  private boolean all;

  @Option(names = "--json", description = "One JSON object per line, as the server returns it.")
  private boolean json;

  @Override
  public Integer call() {
    list(connection, all, json, spec.commandLine().getOut());
    return 0;
  }

  static void list(Connection connection, boolean all, boolean json, PrintWriter out) {
    try (ForgeClient client = connection.client()) {
      for (SessionInfo session : client.sessions(all)) {
        out.println(json ? session.json().toString() : line(session));
      }
    }
    out.flush();
  }

  private static String line(SessionInfo session) {
    return String.format(
        "%s %-8s %-6s %3d turns, created %s, last turn %s%s",
        session.sessionId(),
        session.agent(),
        session.status(),
        session.turnCount(),
        session.createdAt(),
        session.lastTurnAt() == null ? "never" : session.lastTurnAt(),
        SessionFinder.name(session).isEmpty() ? "" : ", " + SessionFinder.name(session));
  }
}
