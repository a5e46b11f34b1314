package com.clawdforge.http.app;

import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.command.ServedCopy;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.Secrets;
import com.clawdforge.http.app.config.Version;
import com.clawdforge.http.app.terminal.ProcessOutput;
import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.app.terminal.TerminalInterrupts;
import com.clawdforge.http.logging.LogSettings;
import com.clawdforge.http.logging.Logs;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code clawdforge}: the server, and commands for its operator and its users. */
@Command(
    name = "clawdforge",
    description = "Shares one coding agent's login with many apps over HTTP.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionOption.class,
    footer = {"", "Settings are environment variables; .env.example lists them."})
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** Created by the command line only. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Main() {}

  /** Runs a command, and exits with its status. */
  public static void main(String[] args) {
    List<String> words = List.of(args);
    StartEnvironment start;
    try {
      start = StartEnvironment.of(System.getenv(), words);
    } catch (ConfigException wrong) {
      System.err.println("clawdforge: " + wrong.getMessage());
      // Java logs its exit, which would start the log with its own defaults.
      Logs.use(LogSettings.from(Map.of()).quiet());
      ServedCopy.delete();
      System.exit(1);
      return;
    }
    Map<String, String> environment = start.variables();
    // Before the first logger is created. Other commands than serve log little.
    boolean serves = words.indexOf("serve") == 0;
    LogSettings settings = logSettings(environment);
    Logs.use(serves ? settings : settings.quiet());
    if (serves) {
      Logs.guard(Secrets.mask(environment));
    }
    start.file().ifPresent(file -> tell(file, words));
    Optional<ServeCommand> direct = DirectServe.of(words, environment);
    if (direct.isPresent()) {
      System.exit(DirectServe.run(direct.get(), environment));
      return;
    }
    CommandLine commands =
        commands(environment, Shell.ofProcess(environment), Subcommands.neededFor(words));
    commands.setOut(ProcessOutput.open());
    System.exit(commands.execute(args));
  }

  private static void tell(Path file, List<String> words) {
    switch (words.getFirst()) {
      case "serve" ->
          LoggerFactory.getLogger(Main.class)
              .info("settings are read from {} too; the environment wins", file);
      case "doctor", "demo" ->
          System.err.println("clawdforge: settings are read from " + file + " too");
      default -> {}
    }
  }

  // A mistake in these settings is reported later, with those in all other settings.
  private static LogSettings logSettings(Map<String, String> environment) {
    try {
      return LogSettings.from(environment);
    } catch (IllegalArgumentException mistake) {
      return LogSettings.from(Map.of());
    }
  }

  /** The commands, for a shell whose standard input has nothing. */
  public static CommandLine commands(Map<String, String> environment) {
    StandardInput nothing =
        StandardInput.of(
            StandardInput.Kind.OTHER, InputStream.nullInputStream(), Duration.ofSeconds(1));
    return commands(environment, Shell.without(new TerminalInterrupts(), nothing));
  }

  /** The commands, for a shell. */
  public static CommandLine commands(Map<String, String> environment, Shell shell) {
    return commands(environment, shell, Subcommands.all());
  }

  static CommandLine commands(
      Map<String, String> environment, Shell shell, List<Class<?>> subcommands) {
    CommandLine commands = new CommandLine(new Main(), new CommandFactory(environment, shell));
    subcommands.forEach(commands::addSubcommand);
    // As the API spells them: --effort high.
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    Execution.prepare(commands, shell.screen());
    return commands;
  }

  @Override
  public Integer call() {
    spec.commandLine().getErr().println("Say what to do: name one of the commands.");
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }

  /** Prints the version of this build. */
  static final class VersionOption implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.line()};
    }
  }
}
