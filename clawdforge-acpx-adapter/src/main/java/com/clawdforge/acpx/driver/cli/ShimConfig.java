package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The shim's configuration for a session; session-shim.mjs documents its members. */
final class ShimConfig {
  private static final JsonMapper JSON = new JsonMapper();

  private ShimConfig() {}

  static String of(
      AgentSession session,
      SessionDirectory directory,
      SessionSettings settings,
      List<String> argv) {
    ObjectNode config = JSON.createObjectNode();
    ArrayNode command = config.putArray("argv");
    argv.forEach(command::add);
    config.put("cwd", directory.work().toString());
    AgentProfile.addKinds(config, "approved", session.permissions().approved());
    AgentProfile.of(session.agent()).configure(config, session, directory, settings);
    return config.toString();
  }
}
