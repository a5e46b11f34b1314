package com.clawdforge.http.app;

import static com.clawdforge.http.app.Check.fault;
import static com.clawdforge.http.app.Check.note;
import static com.clawdforge.http.app.Check.ok;

import com.clawdforge.acpx.AgentBinary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which login agents would use, by the CLI's own word, and whether it can be one. Whether the
 * provider accepts it shows only a request that costs something.
 */
final class LoginCheck {
  private static final String HOW =
      "`claude /login`, or set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN from `claude setup-token`";

  private final AgentVersion versions;
  private final AgentBinary claude;
  private final Map<String, String> environment;

  LoginCheck(AgentVersion versions, AgentBinary claude, Map<String, String> environment) {
    this.versions = versions;
    this.claude = claude;
    this.environment = environment;
  }

  Check.Finding look() {
    Check.Finding misplaced = misplaced();
    if (misplaced != null) {
      return misplaced;
    }
    AgentVersion.Said said = versions.say(claude, List.of("auth", "status"));
    // Without a login it prints the same JSON and fails.
    String text = said.text().orElse(said.problem());
    try {
      JsonNode status = new JsonMapper().readTree(text);
      if (!status.path("loggedIn").asBoolean()) {
        return fault("claude is not logged in", "log in: " + HOW);
      }
      return found(kind(status));
    } catch (JsonProcessingException e) {
      return fault("claude does not tell its login: " + text, "mend claude first");
    }
  }

  private Check.Finding found(String kind) {
    boolean both = isSet("ANTHROPIC_API_KEY") && isSet("CLAUDE_CODE_OAUTH_TOKEN");
    return both
        ? note(
            kind + "; CLAUDE_CODE_OAUTH_TOKEN is set too and not used",
            "unset the one that you do not want")
        : ok(kind);
  }

  // Both begin differently, and each in the other's place is refused only by the provider.
  private Check.@Nullable Finding misplaced() {
    if (value("ANTHROPIC_API_KEY").startsWith("sk-ant-oat")) {
      return fault(
          "ANTHROPIC_API_KEY holds a subscription's token",
          "put it into CLAUDE_CODE_OAUTH_TOKEN and unset ANTHROPIC_API_KEY");
    }
    if (value("CLAUDE_CODE_OAUTH_TOKEN").startsWith("sk-ant-api")) {
      return fault(
          "CLAUDE_CODE_OAUTH_TOKEN holds an API key",
          "put it into ANTHROPIC_API_KEY and unset CLAUDE_CODE_OAUTH_TOKEN");
    }
    return null;
  }

  private static String kind(JsonNode status) {
    String provider = status.path("apiProvider").asText("firstParty");
    if (!provider.equals("firstParty")) {
      return "through " + provider;
    }
    return switch (status.path("authMethod").asText()) {
      case "api_key" -> "API key (" + status.path("apiKeySource").asText("unknown source") + ")";
      case "oauth_token" -> "subscription token (CLAUDE_CODE_OAUTH_TOKEN)";
      case "claude.ai" -> "subscription login (claude /login)";
      default -> status.path("authMethod").asText();
    };
  }

  private boolean isSet(String name) {
    return !value(name).isBlank();
  }

  private String value(String name) {
    return environment.getOrDefault(name, "");
  }
}
