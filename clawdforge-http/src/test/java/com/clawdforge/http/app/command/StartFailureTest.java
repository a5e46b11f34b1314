package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.app.probe.AgentPrograms;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
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

  @Test
  void options_of_serve_win_over_the_settings() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Map<String, String> environment =
          Map.of(
              "CLAWDFORGE_HOST", "no-such-host.invalid",
              "CLAWDFORGE_PORT", "0",
              "CLAWDFORGE_DATA_DIR", folder.toString());

      Cli serve = Cli.run(environment, "serve", "--port", port, "--host", "127.0.0.1");

      assertEquals(1, serve.exitStatus());
      assertEquals(1, serve.output().lines().count(), serve::output);
      assertFalse(Files.exists(folder.resolve("clawdforge.db")));
      assertTrue(
          serve.output().contains("127.0.0.1:" + port + " cannot be listened on"), serve::output);
    }
    Cli wrong = Cli.run(Map.of(), "serve", "--port", "many");
    assertTrue(wrong.output().contains("CLAWDFORGE_PORT must be a whole number"), wrong::output);
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
