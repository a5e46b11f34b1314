package com.clawdforge.http.app;

import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A whole gateway in this process, with the real claude and a model that answers from a script. */
final class GatewayFixture implements AutoCloseable {
  final OfflineModel model;
  final Path dataDir;
  final Api api;
  final String token;
  final Gateway gateway;

  private GatewayFixture(OfflineModel model, GatewayConfig config, String app)
      throws IOException, InterruptedException {
    this.model = model;
    this.dataDir = config.dataDir();
    this.gateway = Gateway.start(config, AgentPrograms.of(config));
    this.api = new Api(gateway.port());
    this.token = api.mint(app);
  }

  static GatewayFixture start(Path folder, Script script) throws IOException, InterruptedException {
    return start(folder, script, Map.of());
  }

  /**
   * @param more settings in place of the usual ones
   */
  static GatewayFixture start(Path folder, Script script, Map<String, String> more)
      throws IOException, InterruptedException {
    return start(folder, script, more, "app");
  }

  /** A second gateway on the data of an earlier one, whose token is still good. */
  static GatewayFixture restart(Path folder, Script script, Map<String, String> more)
      throws IOException, InterruptedException {
    return start(folder, script, more, "app-of-the-restarted");
  }

  private static GatewayFixture start(
      Path folder, Script script, Map<String, String> more, String app)
      throws IOException, InterruptedException {
    OfflineModel model = OfflineModel.start(script);
    try {
      Map<String, String> environment = Surroundings.environment(folder, model);
      environment.putAll(more);
      return new GatewayFixture(model, GatewayConfig.from(environment), app);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  HttpResponse<String> run(Map<String, ?> body) throws IOException, InterruptedException {
    return api.run(token, body);
  }

  HttpResponse<String> run(String prompt) throws IOException, InterruptedException {
    return run(Map.of("prompt", prompt));
  }

  /** The only request that the model got. */
  ModelRequest onlyRequest() {
    List<ModelRequest> requests = model.requests();
    if (requests.size() != 1) {
      throw new AssertionError("not one request: " + requests);
    }
    return requests.getFirst();
  }

  /** The directories of runs that are there now. */
  List<Path> runDirectories() throws IOException {
    return Surroundings.entries(dataDir.resolve("runs"));
  }

  @Override
  public void close() {
    api.close();
    gateway.close();
    model.close();
  }
}
