package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

// Hidden: useful only for testing an installation, such as in .ci/container.
@Command(
    name = "offline-model",
    hidden = true,
    description = {
      "Answers in the provider's place, without an account, until it is ended.",
      "Give agents its address as ANTHROPIC_BASE_URL; any key will do. The answer is all that the"
          + " user has said in the conversation, a line each; where a schema is to be met, an example"
          + " of that. A prompt with the word slowly is answered after 5 seconds."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
public final class OfflineModelCommand implements Callable<Integer> {
  private static final Duration SLOWLY = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen; default: ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  private InetAddress host;

  @Option(
      names = "--port",
      description = "The port, 0 for a free one; default: ${DEFAULT-VALUE}.",
      defaultValue = "8090")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    try (OfflineModel model = OfflineModel.start(this::answer, host, port)) {
      out("answers at " + model.baseUrl());
      new CountDownLatch(1).await();
      return 0;
    }
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private ModelReply answer(ModelRequest request) {
    out("asked: " + request.lastUserText());
    ModelReply reply =
        SchemaExample.wanted(request)
            .orElseGet(() -> ModelReply.text(String.join("\n", request.userTexts())));
    return request.lastUserText().contains("slowly") ? ModelReply.delayed(SLOWLY, reply) : reply;
  }
}
