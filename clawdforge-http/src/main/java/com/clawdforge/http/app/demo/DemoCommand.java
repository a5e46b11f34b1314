package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.http.app.gateway.OfflineGateway;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
  private static final String NOTES = "Butter 250 g\nFlour 500 g\nSugar 180 g\n";

  @Spec private CommandSpec spec;
  private final Map<String, String> environment;

  public DemoCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (OfflineGateway gateway = OfflineGateway.start(DemoCommand::answer, environment)) {
      out.printf("A server runs on %s, with a model that answers from a script.%n", gateway.url());
      DemoSteps steps = new DemoSteps(out, gateway.folder());
      show(gateway, steps);
      out.printf(
          steps.failures() == 0
              ? "%nAll %d answers were right.%n"
              : "%n%d answers; what was wrong is marked above.%n",
          steps.count());
      out.flush();
      return steps.failures() == 0 ? 0 : 1;
    }
  }

  private static void show(OfflineGateway gateway, DemoSteps steps)
      throws IOException, InterruptedException {
    String url = gateway.url();
    steps.title("Is it there?");
    steps.expect(
        steps.curl(url + "/healthz"), "ok", answer -> answer.path("claude_present").asBoolean());

    steps.title("A token for an app");
    JsonNode minted =
        steps.curl(
            url + "/admin/tokens",
            "-H",
            "Authorization: Bearer " + gateway.adminToken(),
            "-H",
            "Content-Type: application/json",
            "-d",
            "{\"name\":\"demo\"}");
    steps.expect(minted, "a token", answer -> answer.path("token").asText().startsWith("cf_"));
    String bearer = "Authorization: Bearer " + minted.path("token").asText();

    steps.title("A prompt, and JSON back: the fence around it is gone");
    steps.expect(
        run(steps, url, bearer, "{\"prompt\":\"How many eggs? Answer as JSON.\"}"),
        "{\"qty\":2}",
        answer -> answer.at("/result/qty").asInt() == 2);

    steps.title("Text back, with a system prompt and without tools");
    steps.expect(
        run(
            steps,
            url,
            bearer,
            "{\"prompt\":\"Say hello.\",\"system\":\"Answer in Polish.\",\"tools\":[]}"),
        "Cześć!",
        answer -> answer.path("result").asText().equals("Cześć!"));

    steps.title("A file: uploaded, then shown to the model under its own name");
    Path notes = Files.writeString(gateway.folder().resolve("recipe.txt"), NOTES);
    JsonNode uploaded =
        steps.curl(url + "/files", "-H", bearer, "-F", "file=@" + notes, "-F", "ttl_secs=600");
    steps.expect(
        uploaded, "a file token", answer -> answer.path("file_token").asText().startsWith("ff_"));
    steps.expect(
        run(
            steps,
            url,
            bearer,
            "{\"prompt\":\"What is the first line of the file?\",\"files\":[\""
                + uploaded.path("file_token").asText()
                + "\"]}"),
        "the first line",
        answer -> answer.path("result").asText().equals("recipe.txt: Butter 250 g"));

    steps.title("What the ledger knows of it");
    steps.expect(
        steps.curl(url + "/runs?limit=1", "-H", bearer),
        "the run, completed",
        answer -> answer.at("/runs/0/state").asText().equals("completed"));

    new SessionDemo(steps, url, bearer).show();

    steps.title("A mistake, told");
    steps.expect(
        run(steps, url, bearer, "{\"prompt\":\"hi\",\"timeout_secs\":0}"),
        "the field's name",
        answer -> answer.path("field").asText().equals("timeout_secs"));
  }

  private static JsonNode run(DemoSteps steps, String url, String bearer, String body)
      throws IOException, InterruptedException {
    return steps.curl(
        url + "/run", "-H", bearer, "-H", "Content-Type: application/json", "-d", body);
  }

  // Answers from what really arrived, so that a step is right only if its request went all the way.
  private static ModelReply answer(ModelRequest request) {
    String prompt = request.lastUserText();
    if (prompt.contains("eggs")) {
      return ModelReply.text("```json\n{\"qty\": 2}\n```");
    }
    if (prompt.contains("hello") && request.systemText().contains("Answer in Polish.")) {
      return ModelReply.text(request.toolNames().isEmpty() ? "Cześć!" : "there are tools");
    }
    for (JsonNode block : request.userBlocks()) {
      if (block.path("type").asText().equals("document")) {
        String text = block.at("/source/data").asText();
        return ModelReply.text(
            block.path("title").asText() + ": " + text.lines().findFirst().orElse(""));
      }
    }
    return SessionDemo.answer(request).orElse(ModelReply.text("I have no answer to this."));
  }
}
