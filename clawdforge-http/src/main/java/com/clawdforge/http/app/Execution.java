package com.clawdforge.http.app;

import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.terminal.Screen;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the command that was parsed. What a user can fix is one line on standard error; stack traces
 * are for bugs.
 */
final class Execution {
  private static final int FAILED = 1;

  private Execution() {}

  static void prepare(CommandLine commands, Screen screen) {
    commands.setExecutionStrategy(parsed -> run(parsed, screen));
    commands.setExecutionExceptionHandler(
        (e, command, parsed) -> Failures.report(e, url(parsed), command.getErr()));
    commands.setParameterExceptionHandler((e, arguments) -> misused(e));
    explainExitStatus(commands);
  }

  private static void explainExitStatus(CommandLine command) {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "It is done.");
    meanings.put("1", "It failed.");
    meanings.put("2", "Arguments or settings are wrong; nothing was sent.");
    meanings.put("130", "Ctrl-C ended it.");
    command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit status:%n");
    command.getCommandSpec().usageMessage().exitCodeList(meanings);
    command.getSubcommands().values().forEach(Execution::explainExitStatus);
  }

  private static int run(ParseResult parsed, Screen screen) {
    BlankArguments.refuse(parsed);
    if (!isHelp(parsed)) {
      guard(parsed.commandSpec().commandLine(), screen);
    }
    int status = new RunLast().execute(parsed);
    CommandLine command = parsed.commandSpec().commandLine();
    // A PrintWriter keeps its errors to itself, so a full disk would look like success.
    if (command.getOut().checkError()) {
      command
          .getErr()
          .println("clawdforge: standard output could not be written: a full disk, or no reader");
      return status == 0 ? FAILED : status;
    }
    return status;
  }

  // Help has picocli's own styles, and no other program's words.
  private static boolean isHelp(ParseResult parsed) {
    for (ParseResult command = parsed; command != null; command = command.subcommand()) {
      if (command.isUsageHelpRequested()
          || command.isVersionHelpRequested()
          || command.commandSpec().helpCommand()) {
        return true;
      }
    }
    return false;
  }

  private static void guard(CommandLine all, Screen screen) {
    all.setOut(screen.out(all.getOut()));
    all.setErr(screen.err(all.getErr()));
  }

  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message = String.valueOf(e.getMessage());
    err.println(
        "clawdforge: "
            + message
            + (message.endsWith(".") || message.endsWith("?") ? " See: " : "; see: ")
            + command.getCommandSpec().qualifiedName()
            + " --help");
    UnmatchedArgumentException.printSuggestions(e, err);
    return CommandLine.ExitCode.USAGE;
  }

  // Empty for commands that call no server.
  private static String url(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.subcommand() != null) {
      last = last.subcommand();
    }
    for (CommandSpec mixin : last.commandSpec().mixins().values()) {
      if (mixin.userObject() instanceof Connection connection) {
        return connection.url();
      }
    }
    return "";
  }
}
