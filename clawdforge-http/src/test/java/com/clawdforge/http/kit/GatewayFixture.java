package com.clawdforge.http.kit;

import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.gateway.Gateway;
import com.clawdforge.http.app.probe.AgentPrograms;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A gateway in this process, with the real claude and a model that answers from a script. */
public final class GatewayFixture implements AutoCloseable {
  public final OfflineModel model;
  public final Path dataDir;
  public final Api api;
  public final String token;
  public final Gateway gateway;

  private GatewayFixture(OfflineModel model, GatewayConfig config, String app)
      throws IOException, InterruptedException {
    this.model = model;
    this.dataDir = config.storage().dataDir();
    this.gateway = Gateway.start(config, AgentPrograms.of(config));
    this.api = new Api(gateway.port());
    this.token = api.mint(app);
  }

  public static GatewayFixture start(Path folder, Script script)
      throws IOException, InterruptedException {
    return start(folder, script, Map.of());
  }

  /**
   * Starts one with other settings.
   *
   * @param more settings in place of the usual ones
   */
  public static GatewayFixture start(Path folder, Script script, Map<String, String> more)
      throws IOException, InterruptedException {
    return start(folder, script, more, "app");
  }

  /** A second gateway on the data of an earlier one, whose token is still valid. */
  public static GatewayFixture restart(Path folder, Script script, Map<String, String> more)
      throws IOException, InterruptedException {
    return start(folder, script, more, "app-of-the-restarted");
  }

  private static GatewayFixture start(
      Path folder, Script script, Map<String, String> more, String app)
      throws IOException, InterruptedException {
    OfflineModel model = OfflineModel.start(script);
    try {
      Map<String, String> environment = Installation.environment(folder, model);
      environment.putAll(more);
      return new GatewayFixture(model, GatewayConfig.from(environment), app);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  public HttpResponse<String> run(Map<String, ?> body) throws IOException, InterruptedException {
    return api.run(token, body);
  }

  public HttpResponse<String> run(String prompt) throws IOException, InterruptedException {
    return run(Map.of("prompt", prompt));
  }

  /** The only request to the model. */
  public ModelRequest onlyRequest() {
    List<ModelRequest> requests = model.requests();
    if (requests.size() != 1) {
      throw new AssertionError("not one request: " + requests);
    }
    return requests.getFirst();
  }

  /** The directories of runs that exist now. */
  public List<Path> runDirectories() throws IOException {
    return Installation.entries(dataDir.resolve("runs"));
  }

  @Override
  public void close() {
    api.close();
    gateway.close();
    model.close();
  }
}
