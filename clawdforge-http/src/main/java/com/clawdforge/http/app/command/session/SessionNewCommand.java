package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.Permissions;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.SystemMode;
import com.clawdforge.http.app.command.CommandInput;
import com.clawdforge.http.app.command.Connection;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "  clawdforge session new --agent claude --model opus --permissions approve-reads",
      "  clawdforge session new --permissions"
          + " '{\"auto_deny\":[\"execute\"],\"default\":\"approve\"}'",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class SessionNewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(names = "--agent", description = "Which agent; default: claude.")
  private @Nullable String agent;

  @Option(names = "--model", description = "A model's id or alias; default: the agent's own.")
  private @Nullable String model;

  @Option(names = "--system", description = "A system prompt.")
  private @Nullable String system;

  @Option(names = "--system-mode", description = "${COMPLETION-CANDIDATES}; default: APPEND.")
  private @Nullable SystemMode systemMode;

  @Option(
      names = "--permissions",
      paramLabel = "MODE|JSON",
      description =
          "approve-all, approve-reads, deny-all, or a policy object; default: as many as the token"
              + " allows.")
  private @Nullable String permissions;

  @Option(
      names = "--allowed-tool",
      paramLabel = "NAME",
      description = "A tool that the agent need not ask for; may be repeated.")
  private @Nullable List<String> allowedTools;

  @Option(
      names = "--max-turns",
      paramLabel = "N",
      description = "How often the agent may ask its model during one turn.")
  private @Nullable Integer maxTurns;

  @Option(
      names = "--meta",
      paramLabel = "JSON",
      description = "An object of your own, kept with the session.")
  private @Nullable String meta;

  @Option(names = "--json", description = "The whole session as JSON.")
  private boolean json;

  @Override
  @SuppressWarnings("resource") // the session must outlive this command
  public Integer call() {
    SessionOptions options = options();
    try (ForgeClient client = connection.client()) {
      Session session = client.session(options);
      spec.commandLine().getOut().println(json ? session.info().json().toString() : session.id());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private SessionOptions options() {
    SessionOptions.Builder options = SessionOptions.builder();
    if (agent != null) {
      options.agent(agent);
    }
    if (model != null) {
      options.model(model);
    }
    if (system != null) {
      options.system(system);
    }
    if (systemMode != null) {
      options.systemMode(systemMode);
    }
    if (permissions != null) {
      options.permissions(permissions(permissions));
    }
    if (allowedTools != null) {
      options.allowedTools(allowedTools);
    }
    if (maxTurns != null) {
      options.maxTurns(maxTurns);
    }
    if (meta != null) {
      options.meta(CommandInput.object("--meta", meta));
    }
    return options.build();
  }

  private static Permissions permissions(String text) {
    return text.stripLeading().startsWith("{")
        ? Permissions.of(CommandInput.object("--permissions", text))
        : Permissions.of(TextNode.valueOf(text));
  }
}
