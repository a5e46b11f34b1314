import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A model, and the environment of agents that use it; a folder that goes in the end. */
final class Agented implements AutoCloseable {
  private final Path temp;
  private final OfflineModel model;
  private final Map<String, String> environment;

  private Agented(Path temp, OfflineModel model, Map<String, String> environment) {
    this.temp = temp;
    this.model = model;
    this.environment = environment;
  }

  static Agented start() throws Exception {
    return start(Script.always(ModelReply.text(Bench.ANSWER)));
  }

  static Agented start(Script script) throws Exception {
    Path temp = Files.createTempDirectory("clawdforge-bench-").toRealPath();
    OfflineModel model = OfflineModel.start(script);
    return new Agented(temp, model, Bench.environment(temp, model));
  }

  Path temp() {
    return temp;
  }

  Path cwd() throws Exception {
    return Files.createDirectories(temp.resolve("cwd"));
  }

  Map<String, String> environment() {
    return environment;
  }

  Served serve(Map<String, String> settings) throws Exception {
    return Served.start(Build.CURRENT, temp, environment, settings);
  }

  @Override
  public void close() throws Exception {
    model.close();
    Bench.delete(temp);
  }
}
