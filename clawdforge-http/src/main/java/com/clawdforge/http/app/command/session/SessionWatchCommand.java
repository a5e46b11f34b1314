package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.SessionEvent;
import com.clawdforge.client.SessionStream;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Progress;
import com.clawdforge.http.app.terminal.TurnPrinter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "watch",
    description = {
      "Follows a session, whoever starts its turns, until it is closed.",
      "Ctrl-C ends this command, not the session."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge session watch $ID",
      "  clawdforge session watch $ID --after 3.17 --json | jq -c .event",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class SessionWatchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The session: its id, the beginning of it, or its name.",
      converter = IdConverter.class)
  private String id;

  @Option(
      names = "--after",
      paramLabel = "EVENT",
      defaultValue = "",
      description = "Begin after this event, such as 3.17. Default: at the first turn.")
  private String after;

  @Option(
      names = "--json",
      description = "One JSON object per line: event, id, turn_index, and more of its kind.")
  private boolean json;

  @Option(names = "--raw", description = "Show Markdown as the agent wrote it, on a terminal too.")
  private boolean raw;

  @Override
  public Integer call() {
    TurnPrinter printer = new TurnPrinter(spec.commandLine(), raw, Progress.none());
    try (ForgeClient client = connection.client();
        SessionStream stream = stream(client)) {
      for (SessionEvent event : stream) {
        if (json) {
          PrintWriter out = spec.commandLine().getOut();
          out.println(object(event, stream.lastEventId()));
          out.flush();
        } else {
          print(event, printer);
        }
      }
    } finally {
      printer.endLine();
    }
    return 0;
  }

  @SuppressWarnings("resource") // the session must outlive this command
  private SessionStream stream(ForgeClient client) {
    try {
      return SessionFinder.find(client, id).watch(after);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--after must be the id of an event, such as 3.17", e);
    }
  }

  private void print(SessionEvent event, TurnPrinter printer) {
    switch (event) {
      case SessionEvent.TurnStarted started -> note(printer, started.turnIndex(), "started");
      case SessionEvent.Message message -> printer.print(message.event());
      case SessionEvent.TurnEnded ended ->
          note(
              printer,
              ended.turnIndex(),
              ended.stopReason() + ", " + ended.duration().toMillis() + " ms");
      case SessionEvent.TurnFailed failed ->
          note(printer, failed.turnIndex(), "failed: " + failed.failure().detail());
    }
  }

  private void note(TurnPrinter printer, int turn, String what) {
    printer.endLine();
    PrintWriter err = spec.commandLine().getErr();
    err.println("turn " + turn + ": " + what);
    err.flush();
  }

  private static ObjectNode object(SessionEvent event, String place) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    switch (event) {
      case SessionEvent.TurnStarted started ->
          begin(object, "turn_started", event)
              .put("id", place)
              .put("prompt_bytes", started.promptBytes());
      case SessionEvent.Message message ->
          begin(object, "acp", event)
              .put("id", place)
              .put("between_turns", message.betweenTurns())
              .set("message", message.event().raw());
      case SessionEvent.TurnEnded ended ->
          begin(object, "turn", event)
              .put("stop_reason", ended.stopReason())
              .put("duration_ms", ended.duration().toMillis());
      case SessionEvent.TurnFailed failed ->
          begin(object, "error", event)
              .put("code", failed.failure().code())
              .put("detail", failed.failure().detail());
    }
    return object;
  }

  private static ObjectNode begin(ObjectNode object, String name, SessionEvent event) {
    return object.put("event", name).put("turn_index", event.turnIndex());
  }
}
