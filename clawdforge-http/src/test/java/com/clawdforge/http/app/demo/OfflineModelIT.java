package com.clawdforge.http.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The offline model as a process. */
class OfflineModelIT {
  private static final Pattern ANSWERS =
      Pattern.compile("answers at (http://127\\.0\\.0\\.1:\\d+)");

  @TempDir Path temp;

  @Test
  void it_answers_with_all_that_the_user_has_said() throws Exception {
    try (ServerProcess model =
            ServerProcess.start(
                temp, Map.of(), List.of(), "offline-model", "--host", "0.0.0.0", "--port", "0");
        HttpClient client = HttpClient.newHttpClient()) {
      Installation.await("it answers", () -> ANSWERS.matcher(model.output()).find());
      Matcher answers = ANSWERS.matcher(model.output());
      answers.find();

      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(answers.group(1) + "/v1/messages"))
                  .POST(HttpRequest.BodyPublishers.ofString(CONVERSATION))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals(
          "It is amber.\nWhat is it?",
          new JsonMapper().readTree(response.body()).at("/content/0/text").asText(),
          response::body);
    }
  }

  private static final String CONVERSATION =
      """
      {"model":"m","max_tokens":9,"messages":[
        {"role":"user","content":[{"type":"text","text":"<system-reminder>today</system-reminder>"},
          {"type":"text","text":"It is amber."}]},
        {"role":"assistant","content":"It is amber."},
        {"role":"user","content":"What is it?"}]}
      """;
}
