package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.UsageTotal;
import com.clawdforge.http.app.terminal.Views;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "usage",
    description = "Shows what all apps have used, for the administrator.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: clawdforge usage --by model",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_ADMIN_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class UsageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--by", description = "${COMPLETION-CANDIDATES}; default: TOKEN.")
  private UsageTotal.By by = UsageTotal.By.TOKEN;

  @Option(names = "--json", description = "One JSON object per line.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (ForgeAdmin admin = connection.admin()) {
      for (UsageTotal total : admin.usage(by)) {
        out.println(json ? Views.usage(by, total).toString() : line(total));
      }
    }
    out.flush();
    return 0;
  }

  private static String line(UsageTotal total) {
    return String.format(
        "%-32s %6d runs, %6d turns, %12d tokens in, %10d out%s",
        Views.shown(total.group()),
        total.runs(),
        total.turns(),
        total.usage().inputTokens(),
        total.usage().outputTokens(),
        total.costUsd() == null ? "" : ", $" + total.costUsd().toPlainString());
  }
}
