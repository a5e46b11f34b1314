package com.clawdforge.http.app;

import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.terminal.Screen;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Starts the server without picocli, whose model of the commands takes a third of the time to the
 * first answer. It knows the plain forms of the two options; picocli has the help, the mistakes and
 * every other form.
 */
final class DirectServe {
  private static final Set<String> OPTIONS = Set.of("--host", "--port");
  private static final int FAILED = 1;

  private DirectServe() {}

  /** The command, if these words are {@code serve} and options in their plain form. */
  static Optional<ServeCommand> of(List<String> words, Map<String, String> environment) {
    if (words.isEmpty() || !words.getFirst().equals("serve") || words.size() % 2 == 0) {
      return Optional.empty();
    }
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      if (!OPTIONS.contains(words.get(i))
          || !plain(value)
          || options.put(words.get(i), value) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new ServeCommand(environment, options.get("--host"), options.get("--port")));
  }

  // Picocli refuses empty values and those that look like options, and takes quotes off.
  private static boolean plain(String value) {
    return !value.isBlank() && !value.startsWith("-") && value.indexOf('"') < 0;
  }

  /** Runs the command as picocli would. */
  static int run(ServeCommand serve, Map<String, String> environment) {
    try {
      return serve.call();
    } catch (Exception e) {
      PrintWriter err =
          Screen.ofProcess(environment)
              .err(new PrintWriter(System.err, true, System.err.charset()));
      try {
        return Failures.report(e, "", err);
      } catch (Exception bug) {
        bug.printStackTrace(err);
        return FAILED;
      }
    }
  }
}
