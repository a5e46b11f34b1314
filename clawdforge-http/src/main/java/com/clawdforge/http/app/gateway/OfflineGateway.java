package com.clawdforge.http.app.gateway;

import com.clawdforge.acpx.driver.cli.AcpxFolders;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.probe.AgentPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A temporary gateway on a free loopback port, with its own data folder and home, whose agents use
 * an {@link OfflineModel}: the real chain without an account.
 */
public final class OfflineGateway implements AutoCloseable {
  private static final List<String> KEPT =
      List.of("PATH", "LANG", "LC_ALL", "TMPDIR", "IS_SANDBOX");

  private final Path folder;
  private final OfflineModel model;
  private final Gateway gateway;
  private final String adminToken = UUID.randomUUID().toString();

  private OfflineGateway(Path folder, OfflineModel model, Map<String, String> server) {
    this.folder = folder;
    this.model = model;
    Map<String, String> environment = new LinkedHashMap<>();
    KEPT.stream()
        .filter(server::containsKey)
        .forEach(name -> environment.put(name, server.getOrDefault(name, "")));
    environment.put("HOME", home().toString());
    environment.put("ANTHROPIC_BASE_URL", model.baseUrl().toString());
    environment.put("ANTHROPIC_API_KEY", "offline-dummy-key");
    environment.put("ADMIN_BOOTSTRAP_TOKEN", adminToken);
    environment.put("CLAWDFORGE_PORT", "0");
    // It does a few things once: a process kept ready would only take the processor from them.
    environment.put("CLAWDFORGE_WARM_RUNS", "0");
    environment.put("CLAWDFORGE_DATA_DIR", folder.resolve("data").toString());
    for (String name :
        List.of(
            "CLAUDE_BIN",
            "ACPX_BIN",
            "CLAWDFORGE_ISOLATION",
            "CLAWDFORGE_MODEL_PROXY",
            "CLAWDFORGE_READABLE")) {
      if (server.containsKey(name)) {
        environment.put(name, server.getOrDefault(name, ""));
      }
    }
    GatewayConfig config = GatewayConfig.from(environment);
    this.gateway = Gateway.start(config, AgentPrograms.of(config));
  }

  /**
   * Starts one.
   *
   * @param server the environment of this program, of which only paths and the isolation are used
   */
  public static OfflineGateway start(Script script, Map<String, String> server) throws IOException {
    return start(
        Files.createTempDirectory("clawdforge-offline-"), () -> OfflineModel.start(script), server);
  }

  /**
   * Starts one in an existing folder.
   *
   * @param folder deleted by {@link #close}, and if this fails
   */
  public static OfflineGateway start(
      Path folder, Supplier<OfflineModel> models, Map<String, String> server) throws IOException {
    try {
      OfflineModel model = models.get();
      try {
        Files.createDirectories(folder.resolve("home"));
        return new OfflineGateway(folder, model, server);
      } catch (IOException | RuntimeException e) {
        model.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  public String url() {
    return "http://127.0.0.1:" + gateway.port();
  }

  public String adminToken() {
    return adminToken;
  }

  /** A folder that is deleted by {@link #close}. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    gateway.close();
    model.close();
    new AcpxFolders(AgentEnvironment.from(Map.of("HOME", home().toString()), List.of()))
        .tidySockets();
    try {
      delete(folder);
    } catch (IOException e) {
      System.getLogger(OfflineGateway.class.getName())
          .log(System.Logger.Level.WARNING, "cannot delete " + folder, e);
    }
  }

  private Path home() {
    return folder.resolve("home");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
