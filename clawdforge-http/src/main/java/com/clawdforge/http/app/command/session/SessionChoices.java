package com.clawdforge.http.app.command.session;

import com.clawdforge.client.Network;
import com.clawdforge.client.Permissions;
import com.clawdforge.client.SessionOptions;
import com.clawdforge.client.SystemMode;
import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.CommandInput;
import com.clawdforge.http.app.terminal.IdConverter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a new session. */
final class SessionChoices {
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
      names = "--network",
      description =
          "What the agent may reach of the network: ${COMPLETION-CANDIDATES}; default: ALL if its"
              + " permissions approve fetching, else MODEL.")
  private @Nullable Network network;

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
      names = "--name",
      paramLabel = "NAME",
      description = "A name that commands take in place of the id; kept in the meta object.",
      converter = IdConverter.class)
  private @Nullable String name;

  @Option(
      names = "--meta",
      paramLabel = "JSON",
      description = "An object of your own, kept with the session.")
  private @Nullable String meta;

  /** Whether one of them was given. */
  boolean any() {
    return Stream.of(
            agent,
            model,
            system,
            systemMode,
            permissions,
            network,
            allowedTools,
            maxTurns,
            name,
            meta)
        .anyMatch(Objects::nonNull);
  }

  /** Throws {@link CommandFailed} if one cannot be used. */
  SessionOptions options() {
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
    if (network != null) {
      options.network(network);
    }
    if (allowedTools != null) {
      options.allowedTools(allowedTools);
    }
    if (maxTurns != null) {
      options.maxTurns(maxTurns);
    }
    if (meta != null || name != null) {
      ObjectNode object =
          meta == null
              ? JsonNodeFactory.instance.objectNode()
              : CommandInput.object("--meta", meta);
      options.meta(name == null ? object : object.put(SessionFinder.NAME, name));
    }
    return options.build();
  }

  private static Permissions permissions(String text) {
    return text.stripLeading().startsWith("{")
        ? Permissions.of(CommandInput.object("--permissions", text))
        : Permissions.of(TextNode.valueOf(text));
  }
}
