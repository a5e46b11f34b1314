package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.CommandInput;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.command.chat.Chat;
import com.clawdforge.http.app.command.chat.ChatHistory;
import com.clawdforge.http.app.command.chat.ChatInput;
import com.clawdforge.http.app.command.chat.LineEditor;
import com.clawdforge.http.app.command.chat.PipedLines;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.app.terminal.CancelOnInterrupt;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "chat",
    description = {
      "Talks with an agent: each line is a prompt, and the answer appears as it is written.",
      "Ctrl-C cancels the running turn and keeps the chat. /help lists the commands. The session"
          + " stays open at the end, unless --close is given."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge session chat --permissions approve-reads",
      "  clawdforge session chat $ID",
      "",
      "If standard input is no terminal, each line of it is a prompt.",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class SessionChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;
  @Mixin private SessionChoices choices;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description =
          "The session: its id, the beginning of it, or its name. Without it, a new one is opened.",
      converter = IdConverter.class)
  private @Nullable String id;

  @Option(names = "--close", description = "Close the session at the end.")
  private boolean close;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Of each turn: 1s to 1h, such as 90, 90s or 5m; default: 10m.")
  private String time = "10m";

  @Option(names = "--raw", description = "Show Markdown as the agent wrote it, on a terminal too.")
  private boolean raw;

  private final Shell shell;
  private final Map<String, String> environment;

  public SessionChatCommand(Shell shell, Map<String, String> environment) {
    this.shell = shell;
    this.environment = environment;
  }

  @Override
  @SuppressWarnings("resource") // the session must outlive this command
  public Integer call() throws IOException {
    if (id != null && choices.any()) {
      throw new ParameterException(
          spec.commandLine(), "The options of a new session do not go with the ID of another one.");
    }
    Duration timeout = CommandInput.timeout(time, spec);
    SessionOptions options = choices.options();
    try (ForgeClient client = connection.client()) {
      Session session = id == null ? client.session(options) : SessionFinder.find(client, id);
      return shell.input().kind() == StandardInput.Kind.TERMINAL && shell.screen().out()
          ? onTerminal(client, session, timeout)
          : fromPipe(client, session, timeout);
    }
  }

  private int onTerminal(ForgeClient client, Session session, Duration timeout) throws IOException {
    try (Terminal terminal = opened()) {
      PrintWriter out = shell.screen().out(terminal.writer());
      Chat chat = chat(client, session, new Chat.Output(out, out, raw), timeout);
      out.printf(
          "session %s, %s; /help lists the commands%n", session.id(), session.info().agent());
      out.flush();
      Chat.End end =
          held(client, session, chat, new LineEditor(terminal, ChatHistory.file(environment)), out);
      return switch (end) {
        case LEFT -> 0;
        case INTERRUPTED -> CancelOnInterrupt.EXIT_STATUS;
        case CLOSED -> 1;
      };
    }
  }

  private Terminal opened() {
    try {
      return shell.terminals().open();
    } catch (IOException e) {
      throw new CommandFailed("the terminal cannot be used: " + e.getMessage(), e);
    }
  }

  private int fromPipe(ForgeClient client, Session session, Duration timeout) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Chat chat =
        chat(client, session, new Chat.Output(spec.commandLine().getOut(), err, raw), timeout);
    Chat.End end = held(client, session, chat, new PipedLines(shell.input().stream()), err);
    return end == Chat.End.LEFT && !chat.failed() ? 0 : 1;
  }

  private Chat chat(ForgeClient client, Session session, Chat.Output output, Duration timeout) {
    return new Chat(client, session, shell.interrupts(), output, connection.url(), timeout);
  }

  // The session is left as was asked for, also if the input cannot be read.
  private Chat.End held(
      ForgeClient client, Session session, Chat chat, ChatInput input, PrintWriter out)
      throws IOException {
    Chat.End end = Chat.End.LEFT;
    try {
      end = chat.hold(input);
      return end;
    } finally {
      leave(client, session, end, out);
    }
  }

  private void leave(ForgeClient client, Session session, Chat.End end, PrintWriter out) {
    if (end == Chat.End.CLOSED) {
      return;
    }
    if (close) {
      boolean unused = client.closeSession(session.id());
      out.println("session " + session.id() + " is closed");
    } else {
      out.println(
          "the session is open; come back: " + ProgramName.typed("session chat " + session.id()));
    }
    out.flush();
  }
}
