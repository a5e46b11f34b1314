package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "uninstall",
    description = {
      "Takes back what install --user has put. Keeps data, settings and the agents' logins.",
      "A file that you have changed stays, and is named. Stop the server first:"
          + " systemctl --user disable --now clawdforge"
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: clawdforge uninstall --user"})
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class UninstallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--user", description = "For this user alone; there is no other way.")
  private boolean user;

  @Option(names = "--dry-run", description = "Only says what it would do.")
  private boolean dry;

  @Option(
      names = "--purge",
      description = "Deletes settings and data too: tokens, runs, sessions, uploads. Needs --yes.")
  private boolean purge;

  @Option(names = "--yes", description = "With --purge: you mean it.")
  private boolean yes;

  private final Map<String, String> environment;

  public UninstallCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    UserOnly.require(user, "uninstall");
    Places places = Places.of(environment);
    UserOnly.requireOwnHome(places);
    if (purge && !yes && !dry) {
      throw CommandFailed.misused(
          "--purge deletes "
              + places.dataFolder()
              + " and "
              + places.settings()
              + " for good; say --purge --yes, or see --purge --dry-run",
          null);
    }
    loadLogger();
    try {
      new Uninstaller(places, new Lines(spec.commandLine().getOut(), places, dry)).run(purge);
    } catch (IOException e) {
      throw new CommandFailed("not all is taken back: " + e + "; mend that, and try again", e);
    }
    return 0;
  }

  // Java logs its exit. It could not load what it needs for that from a jar that is deleted by
  // then.
  private static void loadLogger() {
    boolean unused = System.getLogger("java.lang.Runtime").isLoggable(System.Logger.Level.DEBUG);
  }
}
