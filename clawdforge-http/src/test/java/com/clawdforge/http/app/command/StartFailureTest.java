package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.app.probe.AgentPrograms;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartFailureTest {
  @TempDir private Path folder;

  @Test
  void a_host_that_no_machine_has_is_not_taken_for_a_port_in_use() {
    String words = words("no-such-host.invalid", "0");

    assertTrue(words.startsWith("no-such-host.invalid:0 cannot be listened on ("), words);
    assertTrue(words.contains("CLAWDFORGE_HOST"), words);
  }

  @Test
  void a_port_in_use_is_named() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String words = words("127.0.0.1", Integer.toString(taken.getLocalPort()));

      assertTrue(words.startsWith("127.0.0.1:" + taken.getLocalPort()), words);
      assertTrue(words.contains("CLAWDFORGE_PORT"), words);
    }
  }

  private String words(String host, String port) {
    GatewayConfig config =
        GatewayConfig.from(
            Map.of(
                "CLAWDFORGE_HOST", host,
                "CLAWDFORGE_PORT", port,
                "CLAWDFORGE_DATA_DIR", folder.toString()));
    RuntimeException failure =
        assertThrows(RuntimeException.class, () -> Gateway.start(config, AgentPrograms.of(config)));
    return StartFailure.words(failure, config);
  }
}
