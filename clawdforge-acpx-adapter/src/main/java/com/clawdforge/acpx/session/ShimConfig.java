package com.clawdforge.acpx.session;

import com.clawdforge.acpx.ClaudeTools;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the shim is told of a session: session-shim.mjs says what it does with that. */
final class ShimConfig {
  private static final JsonMapper JSON = new JsonMapper();

  private ShimConfig() {}

  static String of(AgentSession session, SessionDirectory directory, List<String> argv) {
    ObjectNode config = JSON.createObjectNode();
    ArrayNode command = config.putArray("argv");
    argv.forEach(command::add);
    config.put("cwd", directory.work().toString());
    ArrayNode approved = config.putArray("approved");
    session.permissions().approved().stream().map(ToolKind::wire).sorted().forEach(approved::add);
    AgentTraits.of(session.agent()).configure(config, session, directory);
    return config.toString();
  }

  // Sent anew whenever the agent resumes, since nothing of it is kept (agent-facts.md, section 5).
  static ObjectNode claude(AgentSession session) {
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
    addTools(options, session);
    return meta;
  }

  // What a policy denies is not even offered: claude does harmless commands without asking.
  private static void addTools(ObjectNode options, AgentSession session) {
    List<String> allowed = session.allowedTools();
    if (!(session.permissions() instanceof Permissions.Policy policy)) {
      if (allowed != null) {
        allowed.forEach(options.putArray("tools")::add);
      }
      return;
    }
    if (allowed != null) {
      ArrayNode tools = options.putArray("tools");
      allowed.stream()
          .filter(tool -> policy.approves(ClaudeTools.kindOf(tool)))
          .forEach(tools::add);
    } else if (policy.approves(ToolKind.OTHER)) {
      ArrayNode denied = options.putArray("disallowedTools");
      ClaudeTools.deniedBy(policy).forEach(denied::add);
    } else {
      // Tools that we do not know are of this kind, so those that may be offered are named.
      ArrayNode tools = options.putArray("tools");
      ClaudeTools.approvedBy(policy).forEach(tools::add);
    }
  }
}
