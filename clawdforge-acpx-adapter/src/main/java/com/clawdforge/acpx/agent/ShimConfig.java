package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.program.ClaudeTerms;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** What the shim is told of a session: session-shim.mjs says what it does with that. */
public final class ShimConfig {
  private static final JsonMapper JSON = new JsonMapper();

  private ShimConfig() {}

  public static String of(
      AgentSession session,
      SessionDirectory directory,
      SessionSettings settings,
      List<String> argv) {
    ObjectNode config = JSON.createObjectNode();
    ArrayNode command = config.putArray("argv");
    argv.forEach(command::add);
    config.put("cwd", directory.work().toString());
    addKinds(config, "approved", session.permissions().approved());
    AgentProfile.of(session.agent()).configure(config, session, directory, settings);
    return config.toString();
  }

  // Sent anew whenever the agent resumes, since nothing of it is kept (agent-facts.md, section 5).
  static ObjectNode claude(AgentSession session, SessionDirectory directory) {
    ObjectNode meta = JSON.createObjectNode();
    SystemPrompt system = session.system();
    if (system != null) {
      switch (system.mode()) {
        case REPLACE -> meta.put("systemPrompt", system.text());
        case APPEND -> meta.putObject("systemPrompt").put("append", system.text());
      }
    }
    ObjectNode options = meta.putObject("claudeCode").putObject("options");
    // No settings, hooks, MCP servers or redirects of a directory or a person (1.10).
    options.putArray("settingSources");
    if (session.model() != null) {
      options.put("model", session.model());
    }
    if (session.maxTurns() != null) {
      options.put("maxTurns", session.maxTurns());
    }
    ClaudeTerms terms = claudeTerms(session);
    options.set("settings", terms.settings(directory.config()));
    options.put("strictMcpConfig", true);
    terms.offered().ifPresent(tools -> tools.forEach(options.putArray("tools")::add));
    terms.withheld().forEach(options.putArray("disallowedTools")::add);
    return meta;
  }

  static void addKinds(ObjectNode config, String name, Set<ToolKind> kinds) {
    ArrayNode wires = config.putArray(name);
    kinds.stream().map(ToolKind::wire).sorted().forEach(wires::add);
  }

  public static ClaudeTerms claudeTerms(AgentSession session) {
    return ClaudeTerms.ofSession(
        session.permissions(), session.allowedTools(), session.background());
  }
}
