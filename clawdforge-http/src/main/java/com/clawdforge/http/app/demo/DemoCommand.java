package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.http.app.gateway.OfflineGateway;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Shows the main job on real parts, without an account.",
      "It starts a server on a free loopback port, with the real claude and acpx and a model on this"
          + " machine that answers from a script. Ends with 0 if every answer was right."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object, at the end.")
  private boolean json;

  private final Map<String, String> environment;

  public DemoCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter told = json ? new PrintWriter(Writer.nullWriter()) : out;
    try (OfflineGateway gateway = OfflineGateway.start(DemoCommand::answer, environment)) {
      told.printf("A server runs on %s, with a model that answers from a script.%n", gateway.url());
      DemoSteps steps = new DemoSteps(told, gateway.folder());
      show(gateway, steps);
      boolean right = steps.failures() == 0;
      told.printf(
          right
              ? "%nAll %d answers were right.%n"
              : "%n%d answers; what was wrong is marked above.%n",
          steps.count());
      if (json) {
        ObjectNode all = JsonNodeFactory.instance.objectNode().put("url", gateway.url());
        all.set("steps", steps.all());
        out.println(all.put("ok", right));
      }
      out.flush();
      return right ? 0 : 1;
    }
  }

  private static void show(OfflineGateway gateway, DemoSteps steps)
      throws IOException, InterruptedException {
    String url = gateway.url();
    steps.title("Is it there?");
    steps.expect(
        steps.curl(url + "/healthz"), "ok", answer -> answer.path("claude_present").asBoolean());
    String bearer = "Authorization: Bearer " + token(gateway, steps);
    new RunDemo(steps, url, bearer).show(gateway.folder());
    new SessionDemo(steps, url, bearer).show();
    new RunDemo(steps, url, bearer).showMistake();
  }

  private static String token(OfflineGateway gateway, DemoSteps steps)
      throws IOException, InterruptedException {
    steps.title("A token for an app");
    JsonNode minted =
        steps.curl(
            gateway.url() + "/admin/tokens",
            "-H",
            "Authorization: Bearer " + gateway.adminToken(),
            "-H",
            "Content-Type: application/json",
            "-d",
            "{\"name\":\"demo\"}");
    steps.expect(minted, "a token", answer -> answer.path("token").asText().startsWith("cf_"));
    return minted.path("token").asText();
  }

  // The answers depend on what arrived: a step is right only if its request went all the way.
  private static ModelReply answer(ModelRequest request) {
    return RunDemo.answer(request)
        .or(() -> SessionDemo.answer(request))
        .orElse(ModelReply.text("I have no answer to this."));
  }
}
