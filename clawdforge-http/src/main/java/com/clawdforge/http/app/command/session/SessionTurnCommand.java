package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnRequest;
import com.clawdforge.client.TurnResult;
import com.clawdforge.client.TurnStream;
import com.clawdforge.http.app.command.CommandInput;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.command.Prompt;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.terminal.CancelOnInterrupt;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.Progress;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.app.terminal.TurnPrinter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "turn",
    description = {
      "Sends a prompt to a session and prints the answer as it arrives.",
      "Tool calls are printed on standard error. Ctrl-C cancels the turn and keeps the session; a"
          + " second one exits without waiting for that."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge session turn $ID 'What is wrong here?' --file build.log",
      "  git diff | clawdforge session turn $ID 'Review this.'",
      "  clawdforge session turn $ID 'Take your time.' --detach",
      "",
      "A pipe or a file on standard input is joined to the prompt, after a blank line. A pipe on"
          + " which nothing comes within 3 s is left alone, unless a - follows the prompt; so is a"
          + " file that was partly read. In a loop that reads a pipe, add </dev/null.",
      "Ends with 0 if the agent answered, 130 after Ctrl-C, else with 1.",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class SessionTurnCommand implements Callable<Integer> {
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
      paramLabel = "PROMPT",
      arity = "0..1",
      description = "The prompt; without it, or with -, standard input is read.")
  private @Nullable String words;

  @Parameters(
      index = "2",
      paramLabel = "DASH",
      arity = "0..1",
      description = "A dash waits for standard input, however long it takes.")
  private @Nullable String dash;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "A file to upload and attach; may be repeated.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "1s to 1h, such as 90, 90s or 5m; default: 10m.")
  private String time = "10m";

  @Option(names = "--no-stream", description = "Print the answer when it is complete.")
  private boolean noStream;

  @Option(names = "--json", description = "Print the server's answer, with every event, as JSON.")
  private boolean json;

  @Option(names = "--detach", description = "Print the turn's number and don't wait for it.")
  private boolean detach;

  @Option(names = "--raw", description = "Show Markdown as the agent wrote it, on a terminal too.")
  private boolean raw;

  private final Interrupts interrupts;
  private final StandardInput input;

  public SessionTurnCommand(Shell shell) {
    this.interrupts = shell.interrupts();
    this.input = shell.input();
  }

  @Override
  @SuppressWarnings("resource") // the session must outlive this command
  public Integer call() throws IOException {
    if (detach && noStream) {
      throw new ParameterException(spec.commandLine(), "Give --detach or --no-stream, not both.");
    }
    TurnRequest.Builder request = TurnRequest.builder().timeout(CommandInput.timeout(time, spec));
    Prompt prompt = new Prompt(spec, input);
    prompt.check(words, dash);
    files.forEach(CommandInput::readable);
    try (ForgeClient client = connection.client()) {
      // First, so that nothing is read or uploaded if the session does not exist.
      Session session = SessionFinder.find(client, id);
      request.prompt(prompt.read(words, dash));
      for (Path file : files) {
        request.file(client.upload(file));
      }
      return detach ? detached(session, request.build()) : attached(session, request.build());
    }
  }

  private int detached(Session session, TurnRequest request) {
    int turn = session.start(request);
    out(json ? "{\"session_id\":\"" + session.id() + "\",\"turn_index\":" + turn + "}" : "" + turn);
    err("follow it: " + ProgramName.typed("session events " + session.id() + " " + turn));
    return 0;
  }

  private int attached(Session session, TurnRequest request) {
    TurnResult result;
    CancelOnInterrupt cancel = new CancelOnInterrupt("turn", spec.commandLine().getErr());
    Interrupts.Watch watch = interrupts.onFirst(cancel::interrupt);
    try {
      result =
          json || noStream
              ? answered(session, request, cancel)
              : streamed(session, request, cancel);
    } finally {
      watch.close();
    }
    if (!"cancelled".equals(result.stopReason())) {
      return 0;
    }
    err("the turn was cancelled; the session is open: " + ProgramName.typed("session turn " + id));
    return cancel.interrupted() ? CancelOnInterrupt.EXIT_STATUS : 1;
  }

  private TurnResult answered(Session session, TurnRequest request, CancelOnInterrupt cancel) {
    cancel.with(session::cancel);
    try (Progress progress = json ? Progress.none() : Progress.on(spec.commandLine().getErr())) {
      progress.state(() -> TurnPrinter.state(session));
      TurnResult result = session.turn(request);
      progress.hide();
      if (json) {
        out(result.json().toString());
      } else {
        TurnPrinter printer = new TurnPrinter(spec.commandLine(), raw, progress);
        result.events().forEach(printer::print);
        printer.end(result);
      }
      return result;
    }
  }

  private TurnResult streamed(Session session, TurnRequest request, CancelOnInterrupt cancel) {
    Progress progress = Progress.on(spec.commandLine().getErr());
    TurnPrinter printer = new TurnPrinter(spec.commandLine(), raw, progress);
    try (progress;
        TurnStream stream = session.stream(request)) {
      progress.state(() -> TurnPrinter.state(session));
      // Cancels this turn, not the running one, which may be another client's.
      cancel.with(stream::cancel);
      for (TurnEvent event : stream) {
        printer.print(event);
      }
      printer.end(stream.result());
      return stream.result();
    } finally {
      printer.endLine();
    }
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private void err(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
