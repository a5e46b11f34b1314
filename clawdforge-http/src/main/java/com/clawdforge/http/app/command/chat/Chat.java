package com.clawdforge.http.app.command.chat;

import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.ForgeException;
import com.clawdforge.client.ForgeSessionClosedException;
import com.clawdforge.client.Session;
import com.clawdforge.client.TurnEvent;
import com.clawdforge.client.TurnRequest;
import com.clawdforge.client.TurnStream;
import com.clawdforge.client.UploadedFile;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.CommandInput;
import com.clawdforge.http.app.terminal.CancelOnInterrupt;
import com.clawdforge.http.app.terminal.FailureWords;
import com.clawdforge.http.app.terminal.Interrupts;
import com.clawdforge.http.app.terminal.Progress;
import com.clawdforge.http.app.terminal.TurnPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends each prompt to a session, and prints the answer as it arrives. A failed turn ends nothing.
 */
public final class Chat {
  private final ForgeClient client;
  private final Session session;
  private final Interrupts interrupts;
  private final Output output;
  private final String url;
  private final Duration timeout;
  private final ChatCommands commands;
  private boolean failed;

  /**
   * Where a chat prints.
   *
   * @param out answers
   * @param err everything else
   * @param raw whether Markdown is shown as the agent wrote it
   */
  public record Output(PrintWriter out, PrintWriter err, boolean raw) {}

  /**
   * @param url the server's, for messages
   * @param timeout of each turn
   */
  public Chat(
      ForgeClient client,
      Session session,
      Interrupts interrupts,
      Output output,
      String url,
      Duration timeout) {
    this.client = client;
    this.session = session;
    this.interrupts = interrupts;
    this.output = output;
    this.url = url;
    this.timeout = timeout;
    this.commands = new ChatCommands(session, output.err);
  }

  /** How a chat ended. */
  public enum End {
    /** As the person wished. */
    LEFT,
    /** By Ctrl-C, twice. */
    INTERRUPTED,
    /** The session takes no more turns. */
    CLOSED
  }

  /** Whether a turn failed. */
  public boolean failed() {
    return failed;
  }

  /** Chats until the person leaves; blocks. */
  public End hold(ChatInput input) throws IOException {
    boolean warned = false;
    while (true) {
      switch (input.next()) {
        case ChatInput.Line.End end -> {
          return End.LEFT;
        }
        case ChatInput.Line.Interrupted interrupted -> {
          if (interrupted.empty() && warned) {
            return End.INTERRUPTED;
          }
          warned = interrupted.empty();
          if (warned) {
            say("Ctrl-D or /quit leaves, and so does another Ctrl-C");
          }
        }
        case ChatInput.Line.Text line -> {
          warned = false;
          switch (line.text().isBlank() ? ChatCommands.Kind.DONE : took(line.text())) {
            case QUIT -> {
              return End.LEFT;
            }
            case PROMPT -> {
              if (!answered(line.text().strip())) {
                return End.CLOSED;
              }
            }
            case DONE -> {}
          }
        }
      }
    }
  }

  private ChatCommands.Kind took(String line) {
    try {
      return commands.take(line);
    } catch (ForgeException e) {
      tell(e);
      return ChatCommands.Kind.DONE;
    }
  }

  private boolean answered(String prompt) {
    CancelOnInterrupt cancel = new CancelOnInterrupt("turn", output.err);
    Interrupts.Watch watch = interrupts.onFirst(cancel::interrupt);
    try {
      TurnRequest.Builder request = TurnRequest.builder().timeout(timeout).prompt(prompt);
      for (Path file : commands.files()) {
        request.file(upload(file));
      }
      follow(request.build(), cancel);
    } catch (ForgeSessionClosedException closed) {
      tell(closed);
      return false;
    } catch (ForgeException e) {
      tell(e);
    } catch (CommandFailed unreadable) {
      failed = true;
      say(
          unreadable.getMessage()
              + "; the prompt was not sent; the next one goes without this file");
    } finally {
      watch.close();
    }
    return true;
  }

  private UploadedFile upload(Path file) {
    try {
      return client.upload(CommandInput.readable(file));
    } catch (CommandFailed unreadable) {
      commands.forget(file);
      throw unreadable;
    } catch (IllegalArgumentException unreadable) {
      commands.forget(file);
      throw CommandFailed.misused("cannot read " + file, unreadable);
    }
  }

  private void follow(TurnRequest request, CancelOnInterrupt cancel) {
    Progress progress = Progress.on(output.err);
    TurnPrinter printer = new TurnPrinter(output.out, output.err, output.raw, progress);
    try (progress;
        TurnStream stream = session.stream(request)) {
      commands.sent();
      progress.state(() -> TurnPrinter.state(session));
      cancel.with(stream::cancel);
      for (TurnEvent event : stream) {
        printer.print(event);
      }
      if ("cancelled".equals(stream.result().stopReason())) {
        printer.endLine();
        say("the turn was cancelled");
      }
    } finally {
      printer.endLine();
    }
  }

  private void tell(ForgeException e) {
    failed = true;
    say(
        e instanceof ForgeApiException answer
            ? FailureWords.refused(url, answer)
            : FailureWords.unreachable(url, e));
  }

  private void say(String line) {
    output.err.println(line);
    output.err.flush();
  }
}
