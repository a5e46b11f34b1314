package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole gateway on the agents' way to their model, and off it. */
@Tag("agent")
@Timeout(120)
class ModelProxyIT {
  private static final Script SHOWING_ENV =
      request ->
          request.body().toString().contains("\"tool_result\"")
              ? ModelReply.text("done")
              : ModelReply.toolUse("Bash", Map.of("command", "env"));

  @TempDir Path temp;

  @Test
  void an_agent_has_no_credential_where_the_server_has_one() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(temp, SHOWING_ENV)) {
      String seen = environmentOfAgent(gateway);

      assertFalse(seen.contains(Installation.API_KEY), seen);
      assertTrue(seen.contains("ANTHROPIC_API_KEY=cf_model_"), seen);
      assertFalse(seen.contains(gateway.model.baseUrl().toString()), seen);
    }
  }

  @Test
  void turned_off_the_agent_has_the_credential_and_asks_directly() throws Exception {
    try (GatewayFixture gateway =
        GatewayFixture.start(temp, SHOWING_ENV, Map.of("CLAWDFORGE_MODEL_PROXY", "off"))) {
      String seen = environmentOfAgent(gateway);

      assertTrue(seen.contains("ANTHROPIC_API_KEY=" + Installation.API_KEY), seen);
      assertTrue(seen.contains("ANTHROPIC_BASE_URL=" + gateway.model.baseUrl()), seen);
    }
  }

  @Test
  void the_login_is_still_seen() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(temp, SHOWING_ENV)) {
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      String ready = gateway.api.get("/readyz", "").body();
      while (!ready.contains("\"logged_in\"") && System.nanoTime() < deadline) {
        Thread.sleep(Duration.ofMillis(50));
        ready = gateway.api.get("/readyz", "").body();
      }
      assertTrue(ready.contains("\"logged_in\"") && ready.contains("api_key"), ready);
    }
  }

  private static String environmentOfAgent(GatewayFixture gateway) throws Exception {
    HttpResponse<String> answer = gateway.run(Map.of("prompt", "show", "tools", List.of("Bash")));
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("done", Api.json(answer).path("result").asText(), answer::body);
    gateway
        .model
        .requests()
        .forEach(
            request ->
                assertEquals(Optional.of(Installation.API_KEY), request.header("x-api-key")));
    return gateway.model.requests().getLast().body().toString();
  }
}
