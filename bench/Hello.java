import io.javalin.Javalin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The least that a server on the same Javalin can do: it says hello to everyone. */
final class Hello {
  private Hello() {}

  /** Starts it with these options of Java. */
  static Process start(int port, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(options);
    command.add("-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "Hello", Integer.toString(port)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  public static void main(String[] args) {
    Javalin.create(config -> config.routes.get("/", context -> context.result("hello")))
        .start("127.0.0.1", Integer.parseInt(args[0]));
  }
}
