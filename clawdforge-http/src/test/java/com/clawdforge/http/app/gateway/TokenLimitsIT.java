package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.app.Cli;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token with limits, from the command that mints it to the agent that must keep them. */
@Tag("agent")
@Timeout(120)
class TokenLimitsIT {
  @TempDir Path temp;

  @Test
  void an_app_whose_token_has_a_policy_gets_no_command_run() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", "ls")), ModelReply.text("done"));
    try (GatewayFixture forge = GatewayFixture.start(temp, script)) {
      String token =
          mint(forge, "--agent", "claude", "--max-permissions", "{\"auto_approve\":[\"read\"]}");

      HttpResponse<String> refused =
          forge.api.run(token, Map.of("prompt", "p", "tools", List.of("Bash")));
      assertEquals(403, refused.statusCode(), refused.body());
      assertTrue(refused.body().contains("\"code\":\"permission_ceiling\""), refused.body());
      assertEquals(List.of(), forge.model.requests());

      assertEquals(200, forge.api.run(token, Map.of("prompt", "p")).statusCode());
      assertEquals(List.of("Read"), forge.model.requests().getFirst().toolNames());
      assertTrue(
          forge.model.requests().getLast().userBlocks().getFirst().path("is_error").asBoolean());
    }
  }

  @Test
  void an_app_whose_token_lacks_claude_runs_nothing() throws Exception {
    try (GatewayFixture forge =
        GatewayFixture.start(temp, Script.always(ModelReply.text("done")))) {
      String token = mint(forge, "--agent", "codex");

      assertEquals(403, forge.api.run(token, Map.of("prompt", "p")).statusCode());
      assertEquals(List.of(), forge.model.requests());
      assertTrue(cli(forge, "list").about("bound").contains("agents codex"));
    }
  }

  private static String mint(GatewayFixture forge, String... limits) {
    List<String> arguments = new ArrayList<>(List.of("mint", "bound"));
    arguments.addAll(List.of(limits));
    Cli minted = cli(forge, arguments.toArray(String[]::new));
    assertEquals(0, minted.exitStatus(), minted.output());
    String token = minted.output().lines().toList().getFirst();
    assertFalse(token.isBlank());
    return token;
  }

  private static Cli cli(GatewayFixture forge, String... arguments) {
    List<String> all = new ArrayList<>(List.of("token"));
    all.addAll(List.of(arguments));
    return Cli.run(
        Map.of(
            "CLAWDFORGE_URL",
            "http://127.0.0.1:" + forge.gateway.port(),
            "CLAWDFORGE_ADMIN_TOKEN",
            Api.ADMIN),
        all.toArray(String[]::new));
  }
}
