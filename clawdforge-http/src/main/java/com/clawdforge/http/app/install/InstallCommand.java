package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.Clone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "install",
    description = {
      "Installs this clone for one user, or upgrades what is installed. Needs no root.",
      "It puts a copy of the program and its agents (1 GB) into ~/.local/share/clawdforge/app, the"
          + " command clawdforge into ~/.local/bin, completion for bash and zsh, a unit for systemd"
          + " and a file of settings. Nothing needs the clone afterwards. A server that runs goes on"
          + " with the version that it was started from."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: ./clawdforge install --user"})
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class InstallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--user", description = "For this user alone; there is no other way.")
  private boolean user;

  @Option(names = "--dry-run", description = "Only says what it would do.")
  private boolean dry;

  private final Map<String, String> environment;

  public InstallCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    UserOnly.require(user, "install");
    Places places = Places.of(environment);
    UserOnly.requireOwnHome(places);
    Project project =
        new Project(
            Clone.ofLauncher()
                .orElseThrow(
                    () ->
                        new CommandFailed(
                            "install from a clone of the project: ./clawdforge install --user",
                            null)));
    Lines lines = new Lines(spec.commandLine().getOut(), places, dry);
    try {
      new Installer(project, places, lines, completion()).install();
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailed(
          "not all is installed: " + e + "; mend that, and install again: it goes on", e);
    }
    new NextSteps(places, environment, project.root()).lines().forEach(lines::text);
    return 0;
  }

  private String completion() {
    CommandLine whole = spec.root().commandLine();
    return AutoComplete.bash(whole.getCommandName(), whole);
  }
}
