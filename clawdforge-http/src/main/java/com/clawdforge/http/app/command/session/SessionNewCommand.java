package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.http.app.command.Connection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "new",
    description = "Opens a session and prints its id.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  clawdforge session new --name build --permissions approve-reads",
      "  clawdforge session turn build 'Why does it fail?'",
      "  clawdforge session new --permissions '{\"auto_deny\":[\"execute\"]}'",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class SessionNewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Mixin private SessionChoices choices;

  @Option(names = "--json", description = "The whole session as JSON.")
  private boolean json;

  @Override
  @SuppressWarnings("resource") // the session must outlive this command
  public Integer call() {
    SessionOptions options = choices.options();
    try (ForgeClient client = connection.client()) {
      Session session = client.session(options);
      spec.commandLine().getOut().println(json ? session.info().json().toString() : session.id());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
