package com.clawdforge.http.app.command;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.sqlite.LedgerBackup;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "restore",
    description = {
      "Replaces the ledger by a backup. The server must be stopped.",
      "The old ledger is kept next to it. Tokens that were revoked after the backup work again, and"
          + " those that were minted after it do not."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: clawdforge restore /backups/clawdforge-2026-01-31.db",
      "Reads CLAWDFORGE_DATA_DIR, as the server does."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The backup, of this or an older clawdforge.")
  private Path file;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  private final Map<String, String> environment;

  public RestoreCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Path ledger = GatewayConfig.from(environment).storage().ledger();
    PrintWriter out = spec.commandLine().getOut();
    Optional<Path> aside;
    try {
      aside = LedgerBackup.restore(file, ledger);
    } catch (StoreException e) {
      throw new CommandFailed(String.valueOf(e.getMessage()), e);
    }
    if (json) {
      out.println(
          JsonNodeFactory.instance
              .objectNode()
              .put("ledger", ledger.toString())
              .put("restored_from", file.toAbsolutePath().toString())
              .put("kept", aside.map(Path::toString).orElse(null)));
      return 0;
    }
    aside.ifPresent(kept -> out.println("what was there is now " + kept));
    out.println(ledger + " is what " + file + " was; start the server, and look at its tokens");
    out.println("the agents of open sessions remember what they were told after the backup, too");
    return 0;
  }
}
