package com.clawdforge.http.app.command.chat;

import com.clawdforge.client.Session;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.CommandInput;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a chat, and the files that the next prompt is sent with. */
final class ChatCommands {
  static final List<String> NAMES = List.of("/attach", "/files", "/cancel", "/help", "/quit");

  // A path has further slashes. A prompt may begin with one.
  private static final Pattern COMMAND = Pattern.compile("(/[a-z]+)(?:\\s+(\\S.*))?");

  private static final String HELP =
      """
      /attach FILE  sends a file with the next prompt
      /files        lists those files
      /cancel       cancels a turn of another client; Ctrl-C cancels your own
      /quit         leaves, as Ctrl-D does; the session stays open
      A \\ at the end of a line, ``` and Alt-Enter begin another line. A space before / sends the line.\
      """;

  private final Session session;
  private final PrintWriter out;
  private final List<Path> files = new ArrayList<>();

  ChatCommands(Session session, PrintWriter out) {
    this.session = session;
    this.out = out;
  }

  /** What a line was. */
  enum Kind {
    PROMPT,
    DONE,
    QUIT
  }

  /** Does what a line says if it is a command; blocks. */
  Kind take(String line) {
    Matcher command = COMMAND.matcher(line);
    if (!command.matches()) {
      return Kind.PROMPT;
    }
    switch (command.group(1)) {
      case "/quit", "/exit" -> {
        return Kind.QUIT;
      }
      case "/help" -> out.println(HELP);
      case "/attach" -> attach(command.group(2) == null ? "" : command.group(2).strip());
      case "/files" -> out.println(files.isEmpty() ? "no files; /attach FILE adds one" : shown());
      case "/cancel" ->
          out.println(session.cancel() ? "the turn is cancelled" : "no turn was running");
      default ->
          out.println(
              command.group(1) + " is no command; /help lists them, a space before it sends it");
    }
    out.flush();
    return Kind.DONE;
  }

  private void attach(String name) {
    if (name.isEmpty()) {
      out.println("say which file: /attach FILE");
      return;
    }
    String home = System.getProperty("user.home");
    try {
      Path file = Path.of(name.startsWith("~/") ? home + name.substring(1) : name);
      files.add(CommandInput.readable(file));
      out.println(file.getFileName() + " goes with the next prompt");
    } catch (CommandFailed unreadable) {
      out.println(unreadable.getMessage());
    } catch (InvalidPathException wrong) {
      out.println("no file has this name: " + wrong.getReason());
    }
  }

  private String shown() {
    return String.join("\n", files.stream().map(Path::toString).toList());
  }

  /** The files for the next prompt. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** Forgets a file that cannot be read any more. */
  void forget(Path file) {
    files.removeIf(file::equals);
  }

  /** Forgets the files, which were sent. */
  void sent() {
    files.clear();
  }
}
