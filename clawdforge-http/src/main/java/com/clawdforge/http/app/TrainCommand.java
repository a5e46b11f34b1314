package com.clawdforge.http.app;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.config.Secrets;
import com.clawdforge.http.logging.Logs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Starts a server, calls it as users do and ends it, while Java notes for its cache what that
 * needs. The launcher runs it, with a folder of its own as {@code CLAWDFORGE_DATA_DIR}, which it
 * deletes afterwards.
 */
@Command(
    name = "training-run",
    hidden = true,
    description = "Runs a server in a folder for temporary files, for Java's cache of classes.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GLANCE = Duration.ofMillis(20);

  private final Map<String, String> environment;

  TrainCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("ADMIN_BOOTSTRAP_TOKEN", UUID.randomUUID().toString());
    // With a credential the server also opens the way to the model. No request uses it.
    settings.put("ANTHROPIC_API_KEY", "sk-ant-not-a-key");
    // The server uses it, other commands do not.
    Logs.guard(Secrets.mask(settings));
    int port = freePort();
    ServeCommand serve =
        DirectServe.of(List.of("serve", "--port", String.valueOf(port)), settings).orElseThrow();
    FutureTask<Integer> served = new FutureTask<>(serve);
    Thread.ofPlatform().daemon().name("serve").start(served);
    URI url = URI.create("http://127.0.0.1:" + port);
    awaitHealthy(url, served);
    useCommands(url, settings);
    // The server drains in its shutdown hook, as after a SIGTERM, and ends with status 0.
    return 0;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitHealthy(URI url, FutureTask<Integer> served) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(url.resolve("/healthz")).timeout(PATIENCE).build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (true) {
        try {
          int status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
          if (status != 200) {
            throw new CommandFailed("the server answers with " + status, null);
          }
          return;
        } catch (ConnectException notYet) {
          if (served.isDone() || System.nanoTime() > deadline) {
            throw new CommandFailed("the server does not start", notYet);
          }
          LockSupport.parkNanos(GLANCE.toNanos());
        }
      }
    }
  }

  // What they answer does not matter.
  private static void useCommands(URI url, Map<String, String> settings) {
    Map<String, String> ofUser = new HashMap<>(settings);
    ofUser.put("CLAWDFORGE_URL", url.toString());
    ofUser.put("CLAWDFORGE_TOKEN", "none");
    for (List<String> words :
        List.of(
            List.of("status"), List.of("token", "list"), List.of("sessions"), List.of("runs"))) {
      CommandLine commands = Main.commands(ofUser);
      commands.setOut(new PrintWriter(Writer.nullWriter()));
      commands.setErr(new PrintWriter(Writer.nullWriter()));
      int unused = commands.execute(words.toArray(String[]::new));
    }
  }
}
