package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnInfo;
import com.clawdforge.client.TurnStream;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Progress;
import com.clawdforge.http.app.terminal.TurnPrinter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "events",
    description = {
      "Shows a turn from its beginning until it ends.",
      "Ctrl-C ends this command, not the turn."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge session events $ID",
      "  clawdforge session events $ID 2 --json | jq -c .method",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class SessionEventsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The session: its id, the beginning of it, or its name.",
      converter = IdConverter.class)
  private String id;

  @Parameters(
      index = "1",
      paramLabel = "N",
      arity = "0..1",
      description = "Which turn; the first one is 1. Default: the last.")
  private @Nullable Integer turn;

  @Option(names = "--json", description = "Every message of the agent, one JSON object per line.")
  private boolean json;

  @Option(names = "--raw", description = "Show Markdown as the agent wrote it, on a terminal too.")
  private boolean raw;

  @Override
  @SuppressWarnings("resource") // the session must outlive this command
  public Integer call() {
    Progress progress = json ? Progress.none() : Progress.on(spec.commandLine().getErr());
    TurnPrinter printer = new TurnPrinter(spec.commandLine(), raw, progress);
    try (progress;
        ForgeClient client = connection.client();
        TurnStream stream = followed(SessionFinder.find(client, id))) {
      for (TurnEvent event : stream) {
        if (json) {
          spec.commandLine().getOut().println(event.raw());
          spec.commandLine().getOut().flush();
        } else {
          printer.print(event);
        }
      }
      printer.end(stream.result());
    } finally {
      printer.endLine();
    }
    return 0;
  }

  private TurnStream followed(Session session) {
    if (turn != null) {
      return session.follow(turn);
    }
    List<TurnInfo> last = session.turns(1);
    if (last.isEmpty()) {
      throw new CommandFailed("the session has no turn yet", null);
    }
    return session.follow(last.getFirst().turnIndex());
  }
}
