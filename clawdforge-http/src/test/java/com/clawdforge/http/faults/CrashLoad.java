package com.clawdforge.http.faults;

import com.clawdforge.http.faults.Acknowledged.Life;
import com.clawdforge.http.faults.Acknowledged.TurnName;
import com.clawdforge.http.kit.Api;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/**
 * An app that asks for one thing after another and notes what it is answered, until nobody answers.
 */
final class CrashLoad implements Runnable {
  private final Api api;
  private final String token;
  private final Random random;
  private final Acknowledged acknowledged;
  private final Queue<String> broken;
  private String session = "";

  CrashLoad(Api api, String token, Random random, Acknowledged acknowledged, Queue<String> broken) {
    this.api = api;
    this.token = token;
    this.random = random;
    this.acknowledged = acknowledged;
    this.broken = broken;
  }

  @Override
  public void run() {
    try {
      while (true) {
        askForSomething();
      }
    } catch (IOException killed) {
      // The server is gone, which is what this is for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | AssertionError e) {
      broken.add("under load: " + e);
    }
  }

  private void askForSomething() throws IOException, InterruptedException {
    switch (random.nextInt(9)) {
      case 0 -> detachedRun();
      case 1, 2 -> answeredRun();
      case 3 -> detachedTurn();
      case 4, 5 -> turn();
      case 6 -> upload();
      case 7 -> deleteFile();
      default -> closeSession();
    }
  }

  private String prompt() {
    return "fault:" + List.of("answer", "events 3", "events 40", "children").get(random.nextInt(4));
  }

  private void detachedRun() throws IOException, InterruptedException {
    HttpResponse<String> accepted =
        checked(api.run(token, Map.of("prompt", prompt(), "detach", true)), 202);
    acknowledged.runs.put(Api.json(accepted).path("run_id").asText(), Optional.empty());
  }

  private void answeredRun() throws IOException, InterruptedException {
    HttpResponse<String> answer = checked(api.run(token, Map.of("prompt", prompt())), 200);
    acknowledged.runs.put(Api.runId(answer), Optional.of(Api.json(answer).path("result")));
  }

  private String session() throws IOException, InterruptedException {
    if (session.isEmpty()) {
      HttpResponse<String> opened =
          checked(
              api.send(api.post("/sessions", token, Api.text(Map.of("agent", FaultyChild.AGENT)))),
              200);
      session = Api.json(opened).path("session_id").asText();
      acknowledged.sessions.put(session, Life.OPEN);
    }
    return session;
  }

  private HttpResponse<String> turn(Map<String, ?> body, int expected)
      throws IOException, InterruptedException {
    String path = "/sessions/" + session() + "/turn";
    return checked(api.send(api.post(path, token, Api.text(body))), expected);
  }

  private void detachedTurn() throws IOException, InterruptedException {
    JsonNode accepted = Api.json(turn(Map.of("prompt", prompt(), "detach", true), 202));
    acknowledged.turns.put(
        new TurnName(session, accepted.path("turn_index").asInt()), Optional.empty());
  }

  private void turn() throws IOException, InterruptedException {
    JsonNode answer = Api.json(turn(Map.of("prompt", prompt()), 200));
    acknowledged.turns.put(
        new TurnName(session, answer.path("turn_index").asInt()),
        Optional.of(answer.path("events")));
  }

  private void upload() throws IOException, InterruptedException {
    byte[] content = new byte[random.nextInt(100_000)];
    random.nextBytes(content);
    acknowledged.files.put(api.upload(token, "file", content), Life.OPEN);
  }

  private void deleteFile() throws IOException, InterruptedException {
    for (String file : List.copyOf(acknowledged.files.keySet())) {
      if (acknowledged.files.replace(file, Life.OPEN, Life.PERHAPS_ENDED)) {
        checked(api.send(api.to("/files/" + file, token).DELETE()), 200);
        acknowledged.files.put(file, Life.ENDED);
        return;
      }
    }
  }

  private void closeSession() throws IOException, InterruptedException {
    if (!session.isEmpty()) {
      String closing = session;
      session = "";
      acknowledged.sessions.put(closing, Life.PERHAPS_ENDED);
      checked(api.send(api.to("/sessions/" + closing, token).DELETE()), 200);
      acknowledged.sessions.put(closing, Life.ENDED);
    }
  }

  private HttpResponse<String> checked(HttpResponse<String> answer, int expected) {
    if (answer.statusCode() != expected) {
      throw new AssertionError(answer.request() + ": " + answer.statusCode() + answer.body());
    }
    return answer;
  }
}
