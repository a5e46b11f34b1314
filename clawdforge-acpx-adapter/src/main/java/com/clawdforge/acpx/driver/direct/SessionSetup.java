package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.program.AgentReach;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs when an agent begins it or takes it up again, as its profile describes it
 * for the shim too ({@code session-shim.mjs} documents the members).
 *
 * @param cwd the agent's working directory, as the agent is told it
 * @param meta {@code _meta} of the request
 * @param environment variables for the session's agent alone
 * @param loggedIn whether they are all that it has of a login
 * @param mode the mode in which the agent asks for what is not allowed; null if it is not known
 * @param title the title of a new session; null for none
 * @param countsBackground whether the cost of work between turns is of interest
 */
record SessionSetup(
    String cwd,
    ObjectNode meta,
    Map<String, String> environment,
    boolean loggedIn,
    PermissionRules rules,
    @Nullable String mode,
    @Nullable String title,
    boolean countsBackground) {
  private static final String DEFAULT_MODE = "default";

  static SessionSetup of(
      AgentSession session,
      AgentProfile profile,
      SessionDirectory directory,
      SessionSettings settings,
      AgentLogin login)
      throws IOException {
    ObjectNode config = Json.object().put("cwd", directory.work().toString());
    AgentProfile.addKinds(config, "approved", session.permissions().approved());
    profile.configure(config, session, directory, settings);
    Map<String, String> environment = new HashMap<>();
    config
        .path("env")
        .properties()
        .forEach(it -> environment.put(it.getKey(), it.getValue().asText()));
    environment.put(ProcessTree.TAG, session.sessionId());
    if (profile.sharesAdapter() && settings.isolation().holds()) {
      new AgentReach(settings.environment()).moveHome(directory.home(), environment);
    }
    ObjectNode meta = config.path("meta").isObject() ? config.withObject("/meta") : Json.object();
    if (profile.sharesAdapter()) {
      ObjectNode variables = meta.withObject("/claudeCode/options/env");
      environment.forEach(variables::put);
      login.variables().forEach(variables::put);
      // The cache is for the adapter, not for what the agent's commands compile.
      variables.put("NODE_COMPILE_CACHE", "");
    }
    if (!profile.sharesAdapter() && login.isGranted()) {
      environment.putAll(login.variables());
      profile.useLogin(environment);
    }
    return new SessionSetup(
        config.path("cwd").asText(),
        meta,
        Map.copyOf(environment),
        login.isGranted(),
        rules(config, directory),
        profile.isShimmed() ? config.path("mode").asText(DEFAULT_MODE) : null,
        config.path("title").isTextual() ? config.path("title").asText() : null,
        config.has("costBetweenTurns"));
  }

  private static PermissionRules rules(ObjectNode config, SessionDirectory directory) {
    @Nullable List<Path> readable = null;
    if (config.has("readable")) {
      readable = new ArrayList<>();
      for (JsonNode place : config.path("readable")) {
        readable.add(Path.of(place.asText()));
      }
    }
    return new PermissionRules(
        kinds(config.path("approved")),
        kinds(config.path("inOwn")),
        directory.work(),
        readable,
        config.path("inside").asBoolean());
  }

  private static Set<ToolKind> kinds(JsonNode wires) {
    Set<ToolKind> kinds = EnumSet.noneOf(ToolKind.class);
    for (JsonNode wire : wires) {
      ToolKind.ofWire(wire.asText()).ifPresent(kinds::add);
    }
    return kinds;
  }

  /** The parameters with which a session is begun, or taken up. */
  ObjectNode parameters(Optional<String> conversation) {
    ObjectNode params = Json.object();
    conversation.ifPresent(id -> params.put("sessionId", id));
    params.put("cwd", cwd);
    params.putArray("mcpServers");
    if (!meta.isEmpty()) {
      params.set("_meta", meta);
    }
    return params;
  }

  /** Whether the agent may be in a mode: it must ask, unless everything is allowed. */
  boolean accepts(String reported) {
    return mode == null || reported.equals(mode) || rules.everything();
  }
}
