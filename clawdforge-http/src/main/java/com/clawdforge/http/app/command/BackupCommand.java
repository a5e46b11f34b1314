package com.clawdforge.http.app.command;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.sqlite.LedgerBackup;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "backup",
    description = {
      "Copies the ledger to a file, even while the server runs: tokens, runs, sessions, audit"
          + " trail.",
      "Not included: uploaded files, which last a day at most, and the home of the agents with"
          + " their login."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: clawdforge backup /backups/clawdforge-$(date +%%F).db",
      "Reads CLAWDFORGE_DATA_DIR, as the server does. The copy is a SQLite file that only its owner"
          + " can read."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The copy; must not exist yet.")
  private Path file;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  private final Map<String, String> environment;

  public BackupCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Path ledger = GatewayConfig.from(environment).storage().ledger();
    spec.commandLine().getErr().println("copying " + ledger);
    try {
      long size = LedgerBackup.backup(ledger, file);
      spec.commandLine()
          .getOut()
          .println(
              json
                  ? JsonNodeFactory.instance
                      .objectNode()
                      .put("file", file.toAbsolutePath().toString())
                      .put("size", size)
                      .toString()
                  : file + ": " + size + " bytes");
      return 0;
    } catch (StoreException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
  }
}
