package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.probe.AgentPrograms;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the agents' way to their model is opened. */
@Timeout(60)
final class ModelWayStartTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"off, false", "auto, true"})
  void it_is_open_from_the_start_of_the_server_on(String wish, boolean open) throws Exception {
    Map<String, String> environment = Installation.environment(temp);
    environment.put("CLAWDFORGE_MODEL_PROXY", wish);
    environment.put("CLAWDFORGE_WARM_RUNS", "0");
    environment.put("CLAWDFORGE_PORT", "0");
    GatewayConfig config = GatewayConfig.from(environment);

    try (Gateway started = Gateway.start(config, AgentPrograms.of(config))) {
      assertEquals(
          open,
          Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().startsWith("model-proxy-")),
          () -> "port " + started.port());
    }
  }
}
