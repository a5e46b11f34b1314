package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionInfo;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Views;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "session",
    description = "Holds conversations with an agent on a running server.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SessionNewCommand.class,
      SessionChatCommand.class,
      SessionTurnCommand.class,
      SessionEventsCommand.class,
      SessionWatchCommand.class
    },
    footer = {
      "",
      "Example:",
      "  ID=$(clawdforge session new --system 'Answer in one sentence.')",
      "  clawdforge session turn $ID 'The build fails in step 3.'",
      "  clawdforge session turn $ID 'Which step was it?'",
      "  clawdforge session close $ID",
      "",
      "In place of an ID, its first four or more characters or the session's name will do.",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class SessionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say new, chat, turn, events, watch, list, get, cancel or close.");
  }

  @Command(
      description = "Lists the sessions of this token, newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge session list --all --json | jq -r .session_id"})
  void list(
      @Mixin Connection connection,
      @Option(names = "--all", description = "Include closed sessions.") boolean all,
      @Option(names = "--json", description = "One JSON object per line, as the server returns it.")
          boolean json) {
    SessionsCommand.list(connection, all, json, spec.commandLine().getOut());
  }

  @Command(
      description = "Shows a session.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge session get $ID --json | jq .cost_usd"})
  void get(
      @Mixin Connection connection,
      @Parameters(paramLabel = "ID", converter = IdConverter.class) String id,
      @Option(names = "--json", description = "JSON, as the server returns it.") boolean json) {
    try (ForgeClient client = connection.client()) {
      SessionInfo session = SessionFinder.find(client, id).info();
      if (json) {
        out(session.json().toString());
      } else {
        show(session);
      }
    }
  }

  @Command(
      description = "Cancels the running turn of a session; the session stays open.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge session cancel $ID"})
  void cancel(
      @Mixin Connection connection,
      @Parameters(paramLabel = "ID", converter = IdConverter.class) String id,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeClient client = connection.client()) {
      Session session = SessionFinder.find(client, id);
      boolean cancelled = session.cancel();
      if (json) {
        out(Views.done("session_id", session.id()).put("cancelled", cancelled).toString());
      } else {
        out(cancelled ? "the turn is cancelled" : "no turn was running, or it has not ended yet");
      }
    }
  }

  @Command(
      description = "Closes a session, and cancels its running turn.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge session close $ID"})
  void close(
      @Mixin Connection connection,
      @Parameters(paramLabel = "ID", converter = IdConverter.class) String id,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeClient client = connection.client()) {
      String found = SessionFinder.find(client, id).id();
      boolean closed = client.closeSession(found);
      if (json) {
        out(Views.done("session_id", found).put("already_closed", !closed).toString());
      } else {
        out(found + (closed ? " is closed" : " was closed already"));
      }
    }
  }

  private void show(SessionInfo session) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("session      %s%n", session.sessionId());
    if (!SessionFinder.name(session).isEmpty()) {
      out.printf("name         %s%n", SessionFinder.name(session));
    }
    out.printf("agent        %s%n", session.agent());
    out.printf("model        %s%n", session.model() == null ? "the agent's own" : session.model());
    out.printf("status       %s%n", session.status());
    out.printf("permissions  %s%n", session.permissions());
    out.printf("network      %s%n", session.network().name().toLowerCase(Locale.ROOT));
    out.printf(
        "turns        %d%s%n",
        session.turnCount(),
        session.activeTurn() == null ? "" : ", number " + session.activeTurn() + " is running");
    out.printf("created      %s%n", session.createdAt());
    out.printf("last turn    %s%n", shown(session.lastTurnAt()));
    if (session.closedAt() != null) {
      out.printf("closed       %s%n", session.closedAt());
    }
    if (session.costUsd() != null) {
      out.printf("cost         $%s%n", session.costUsd().toPlainString());
    }
    if (!session.meta().isEmpty()) {
      out.printf("meta         %s%n", session.meta());
    }
    out.flush();
  }

  private static String shown(@Nullable Instant when) {
    return when == null ? "never" : when.toString();
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
