package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.app.config.ProgramName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Determines the login that agents would use, as the CLI reports it, and whether it is plausible.
 * Only a paid request could show whether the provider accepts it.
 */
public final class LoginCheck {
  private static final String HOW =
      "`"
          + ProgramName.typed("login")
          + "` (in a container `docker compose exec clawdforge clawdforge login`), or"
          + " set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN from `claude setup-token`";

  private final ProgramProbe probe;
  private final AgentBinary claude;
  private final Map<String, String> environment;

  public LoginCheck(ProgramProbe probe, AgentBinary claude, Map<String, String> environment) {
    this.probe = probe;
    this.claude = claude;
    this.environment = environment;
  }

  /** Blocks while a process of the CLI runs. */
  public Login look() {
    Login misplaced = misplaced();
    if (misplaced != null) {
      return misplaced;
    }
    ProgramProbe.Output output = probe.output(claude, List.of("auth", "status"));
    // Without a login the CLI prints the same JSON, and fails.
    String text = output.text().orElse(output.problem());
    try {
      JsonNode status = new JsonMapper().readTree(text);
      if (!status.path("loggedIn").asBoolean()) {
        return new Login(Login.State.LOGGED_OUT, null, "claude is not logged in", "log in: " + HOW);
      }
      return loggedIn(status);
    } catch (JsonProcessingException e) {
      return new Login(
          Login.State.UNKNOWN,
          null,
          "claude does not report its login: " + text,
          "mend claude first");
    }
  }

  private Login loggedIn(JsonNode status) {
    Login login = login(status);
    boolean both = isSet("ANTHROPIC_API_KEY") && isSet("CLAUDE_CODE_OAUTH_TOKEN");
    return both
        ? new Login(
            login.state(),
            login.kind(),
            login.words() + "; CLAUDE_CODE_OAUTH_TOKEN is set too and not used",
            "unset the one that you do not want")
        : login;
  }

  // The two kinds have different prefixes. Only the provider would refuse a swapped one.
  private @Nullable Login misplaced() {
    if (value("ANTHROPIC_API_KEY").startsWith("sk-ant-oat")) {
      return misplaced(
          "ANTHROPIC_API_KEY holds a subscription's token",
          "put it into CLAUDE_CODE_OAUTH_TOKEN and unset ANTHROPIC_API_KEY");
    }
    if (value("CLAUDE_CODE_OAUTH_TOKEN").startsWith("sk-ant-api")) {
      return misplaced(
          "CLAUDE_CODE_OAUTH_TOKEN holds an API key",
          "put it into ANTHROPIC_API_KEY and unset CLAUDE_CODE_OAUTH_TOKEN");
    }
    return null;
  }

  private static Login misplaced(String words, String remedy) {
    return new Login(Login.State.MISPLACED, null, words, remedy);
  }

  private static Login login(JsonNode status) {
    String provider = status.path("apiProvider").asText("firstParty");
    if (!provider.equals("firstParty")) {
      return loggedIn(provider, "through " + provider);
    }
    String method = status.path("authMethod").asText();
    return switch (method) {
      case "api_key" ->
          loggedIn(
              method, "API key (" + status.path("apiKeySource").asText("unknown source") + ")");
      case "oauth_token" ->
          loggedIn("subscription_token", "subscription token (CLAUDE_CODE_OAUTH_TOKEN)");
      case "claude.ai" -> loggedIn("subscription_login", "subscription login (claude /login)");
      default -> loggedIn("other", method);
    };
  }

  private static Login loggedIn(String kind, String words) {
    return new Login(Login.State.LOGGED_IN, kind, words, "");
  }

  private boolean isSet(String name) {
    return !value(name).isBlank();
  }

  private String value(String name) {
    return environment.getOrDefault(name, "");
  }
}
