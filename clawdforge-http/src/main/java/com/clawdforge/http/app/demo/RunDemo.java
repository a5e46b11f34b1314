package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The part of the demo that runs single prompts, through the real claude. */
final class RunDemo {
  private static final String NOTES = "Butter 250 g\nFlour 500 g\nSugar 180 g\n";

  private final DemoSteps steps;
  private final String url;
  private final String bearer;

  RunDemo(DemoSteps steps, String url, String bearer) {
    this.steps = steps;
    this.url = url;
    this.bearer = bearer;
  }

  void show(Path folder) throws IOException, InterruptedException {
    prompts();
    file(Files.writeString(folder.resolve("recipe.txt"), NOTES));

    steps.title("What the ledger knows of it");
    steps.expect(
        steps.curl(url + "/runs?limit=1", "-H", bearer),
        "the run, completed",
        answer -> answer.at("/runs/0/state").asText().equals("completed"));
  }

  private void prompts() throws IOException, InterruptedException {
    steps.title("A prompt, and JSON back: the fence around it is gone");
    steps.expect(
        run("{\"prompt\":\"How many eggs? Answer as JSON.\"}"),
        "{\"qty\":2}",
        answer -> answer.at("/result/qty").asInt() == 2);

    steps.title("Text back, with a system prompt and without tools");
    steps.expect(
        run("{\"prompt\":\"Say hello.\",\"system\":\"Answer in Polish.\",\"tools\":[]}"),
        "Cześć!",
        answer -> answer.path("result").asText().equals("Cześć!"));
  }

  private void file(Path notes) throws IOException, InterruptedException {
    steps.title("A file: uploaded, then shown to the model under its own name");
    JsonNode uploaded =
        steps.curl(url + "/files", "-H", bearer, "-F", "file=@" + notes, "-F", "ttl_secs=600");
    String token = uploaded.path("file_token").asText();
    steps.expect(uploaded, "a file token", answer -> token.startsWith("ff_"));
    steps.expect(
        run("{\"prompt\":\"What is the first line of the file?\",\"files\":[\"" + token + "\"]}"),
        "the first line",
        answer -> answer.path("result").asText().equals("recipe.txt: Butter 250 g"));
  }

  void showMistake() throws IOException, InterruptedException {
    steps.title("A mistake, and an answer that names it");
    steps.expect(
        run("{\"prompt\":\"hi\",\"timeout_secs\":0}"),
        "the field's name",
        answer -> answer.path("field").asText().equals("timeout_secs"));
  }

  private JsonNode run(String body) throws IOException, InterruptedException {
    return steps.curl(
        url + "/run", "-H", bearer, "-H", "Content-Type: application/json", "-d", body);
  }

  /** The model's answer, derived from the request; empty if it is not one of these prompts. */
  static Optional<ModelReply> answer(ModelRequest request) {
    String prompt = request.lastUserText();
    if (prompt.contains("eggs")) {
      return Optional.of(ModelReply.text("```json\n{\"qty\": 2}\n```"));
    }
    if (prompt.contains("hello") && request.systemText().contains("Answer in Polish.")) {
      return Optional.of(
          ModelReply.text(request.toolNames().isEmpty() ? "Cześć!" : "there are tools"));
    }
    for (JsonNode block : request.userBlocks()) {
      if (block.path("type").asText().equals("document")) {
        String text = block.at("/source/data").asText();
        return Optional.of(
            ModelReply.text(
                block.path("title").asText() + ": " + text.lines().findFirst().orElse("")));
      }
    }
    return Optional.empty();
  }
}
