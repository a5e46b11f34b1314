package com.clawdforge.http.app.demo;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of the demo that holds a conversation, through the real acpx. */
final class SessionDemo {
  private static final Pattern FACT = Pattern.compile("My favourite number is (\\d+)");
  private static final String QUESTION = "What is my favourite number?";
  private static final String TOOL = "What does the shell make of 6 times 7?";

  private final DemoSteps steps;
  private final String url;
  private final String bearer;

  SessionDemo(DemoSteps steps, String url, String bearer) {
    this.steps = steps;
    this.url = url;
    this.bearer = bearer;
  }

  void show() throws IOException, InterruptedException {
    steps.title("A conversation: it is opened, and the agent comes up with the first turn");
    JsonNode opened = post("/sessions", "{\"agent\":\"claude\"}");
    String id = opened.path("session_id").asText();
    String path = "/sessions/" + id;
    steps.expect(
        opened, "an open session", answer -> answer.path("status").asText().equals("open"));
    if (!id.isEmpty()) {
      talk(path);
      watch(path);
      close(path);
    }
  }

  private void talk(String path) throws IOException, InterruptedException {
    steps.title("First turn: a fact");
    turn(path, "My favourite number is 17.", "Noted.");

    steps.title("Second turn: the model knows it only if the conversation was kept");
    turn(path, QUESTION, "It is 17.");
  }

  private void watch(String path) throws IOException, InterruptedException {
    steps.title("Third turn: what the agent does, as it happens, a tool included");
    String streamed =
        steps.stream(
            url + path + "/turn",
            "-H",
            bearer,
            "-H",
            "Content-Type: application/json",
            "-H",
            "Accept: text/event-stream",
            "-d",
            prompt(TOOL));
    steps.expect(
        streamed,
        "a tool call and 42",
        events ->
            events.contains("\"sessionUpdate\":\"tool_call\"")
                && TurnText.ofStream(events).equals("The shell says 42.")
                && events.contains("event: turn\n"));

    steps.title("A connection that broke: the rest of that turn, from the event seen last");
    String last = TurnText.lastButOne(streamed);
    String rest =
        steps.stream(
            url + path + "/turns/3/events",
            "-H",
            bearer,
            "-H",
            "Accept: text/event-stream",
            "-H",
            "Last-Event-ID: " + last);
    steps.expect(
        rest,
        "one event and the end",
        events -> TurnText.count(events) == 1 && streamed.endsWith(events));
  }

  private void close(String path) throws IOException, InterruptedException {
    steps.title("It is closed, once");
    steps.expect(delete(path), "closed", answer -> !answer.path("already_closed").asBoolean(true));
    steps.expect(
        delete(path), "closed already", answer -> answer.path("already_closed").asBoolean());
  }

  private void turn(String path, String prompt, String expected)
      throws IOException, InterruptedException {
    JsonNode answer = post(path + "/turn", prompt(prompt));
    steps.note("the agent says: " + TurnText.of(answer.path("events")));
    steps.expect(answer, expected, turn -> TurnText.of(turn.path("events")).equals(expected));
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    return steps.curl(url + path, "-H", bearer, "-H", "Content-Type: application/json", "-d", body);
  }

  private JsonNode delete(String path) throws IOException, InterruptedException {
    return steps.curl(url + path, "-X", "DELETE", "-H", bearer);
  }

  private static String prompt(String text) {
    return "{\"prompt\":\"" + text + "\"}";
  }

  /** The model's answer, derived from the request; empty if it is not this conversation. */
  static Optional<ModelReply> answer(ModelRequest request) {
    String prompt = request.lastUserText();
    for (JsonNode block : request.userBlocks()) {
      if (block.path("type").asText().equals("tool_result")) {
        return Optional.of(ModelReply.text("The shell says " + result(block) + "."));
      }
    }
    if (prompt.contains(QUESTION)) {
      Matcher fact = FACT.matcher(request.body().path("messages").toString());
      return Optional.of(
          ModelReply.text(fact.find() ? "It is " + fact.group(1) + "." : "Who knows?"));
    }
    if (prompt.contains(TOOL)) {
      return Optional.of(ModelReply.toolUse("Bash", Map.of("command", "expr 6 '*' 7")));
    }
    return FACT.matcher(prompt).find() ? Optional.of(ModelReply.text("Noted.")) : Optional.empty();
  }

  private static String result(JsonNode block) {
    JsonNode content = block.path("content");
    return (content.isTextual() ? content : content.path(0).path("text")).asText().strip();
  }
}
