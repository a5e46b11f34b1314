package com.clawdforge.http.faults;

import com.clawdforge.http.kit.AnswerCheck;
import com.clawdforge.http.kit.Api;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** An app whose work goes wrong, as its faults say. For one thread. */
final class FaultyApp implements AutoCloseable {
  private static final Set<String> OVER =
      Set.of("completed", "failed", "cancelled", "timed_out", "interrupted");

  private final int port;
  private final Api api;
  private final String token;
  private String session = "";

  FaultyApp(int port, String token) {
    this.port = port;
    this.api = new Api(port);
    this.token = token;
  }

  /**
   * Has it happen.
   *
   * @throws AssertionError unless the app is told what it should be told, and the ledger too
   */
  void have(Fault fault) throws Exception {
    switch (fault.kind()) {
      case RUN, MODEL -> run(fault, prompt(fault), "sonnet");
      case RUN_START -> run(fault, "x", "start-" + fault.what().replace(' ', '-'));
      case TURN -> turn(fault);
      case TURN_START -> {
        String its = open(FaultyChild.agentThatStartsWith(fault.what().replace(' ', '-')));
        turn(fault, its);
        close(its);
      }
      case CANCEL -> cancel(fault);
      case GONE -> leave(fault);
      case UPLOAD -> cutUpload();
    }
  }

  private static String prompt(Fault fault) {
    return "fault:" + fault.what();
  }

  private void run(Fault fault, String prompt, String model) throws Exception {
    HttpResponse<String> answer =
        send(
            api.post(
                "/run",
                token,
                Api.text(
                    Map.of(
                        "prompt", prompt,
                        "model", model,
                        "timeout_secs", fault.timeoutSecs()))));
    check(fault, answer);
    state(fault, "/runs/" + Api.runId(answer));
  }

  private void turn(Fault fault) throws Exception {
    if (session.isEmpty()) {
      session = open(FaultyChild.AGENT);
    }
    turn(fault, session);
    // The session goes on, whatever has happened to its agent.
    HttpResponse<String> next = turn(session, "fault:answer", 60);
    if (next.statusCode() != 200 || !next.body().contains("did answer")) {
      throw new AssertionError("the turn after it: " + next.statusCode() + " " + next.body());
    }
  }

  private void turn(Fault fault, String its) throws Exception {
    HttpResponse<String> answer = turn(its, prompt(fault), fault.timeoutSecs());
    check(fault, answer);
    JsonNode turns = Api.json(api.get("/sessions/" + its + "/turns?limit=1", token));
    require(turns.at("/turns/0/state").asText().equals(fault.state()), "in the ledger: " + turns);
  }

  private HttpResponse<String> turn(String its, String prompt, int timeoutSecs)
      throws IOException, InterruptedException {
    return send(
        api.post(
            "/sessions/" + its + "/turn",
            token,
            Api.text(Map.of("prompt", prompt, "timeout_secs", timeoutSecs))));
  }

  private String open(String agent) throws IOException, InterruptedException {
    HttpResponse<String> opened =
        send(api.post("/sessions", token, Api.text(Map.of("agent", agent))));
    require(opened.statusCode() == 200, opened.body());
    return Api.json(opened).path("session_id").asText();
  }

  private void close(String its) throws IOException, InterruptedException {
    HttpResponse<String> closed = send(api.to("/sessions/" + its, token).DELETE());
    require(closed.statusCode() == 200, closed.body());
  }

  /** The next turn is that of another session. */
  void changeSession() throws IOException, InterruptedException {
    if (!session.isEmpty()) {
      close(session);
      session = "";
    }
  }

  private void cancel(Fault fault) throws Exception {
    String run = api.detached(token, Map.of("prompt", prompt(fault), "detach", true));
    until("/runs/" + run, Set.of("running"));
    HttpResponse<String> cancelled = send(api.post("/runs/" + run + "/cancel", token, ""));
    require(cancelled.statusCode() == 200, cancelled.body());
    if (Api.json(cancelled).path("cancelled").booleanValue()) {
      // A flood may have ended it before it could be cancelled.
      until("/runs/" + run, fault.what().equals("flood") ? OVER : Set.of(fault.state()));
    }
  }

  private void leave(Fault fault) throws Exception {
    String run;
    try (Api leaving = new Api(port)) {
      HttpResponse<Stream<String>> stream =
          leaving.stream(token, Map.of("prompt", prompt(fault), "on_disconnect", "cancel"));
      run = Api.runId(stream);
      try (Stream<String> lines = stream.body()) {
        require(lines.anyMatch(line -> line.startsWith("data:")), "no event came");
      }
    }
    until("/runs/" + run, Set.of(fault.state()));
  }

  private void cutUpload() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + token
                  + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
                  + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nbegun")
              .getBytes(StandardCharsets.UTF_8));
      out.write(new byte[50_000]);
      out.flush();
    }
  }

  private void until(String path, Set<String> states) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Api.PATIENCE.toNanos();
    JsonNode seen = Api.json(api.get(path, token));
    while (!states.contains(seen.path("state").asText())) {
      require(
          System.nanoTime() < deadline && !OVER.contains(seen.path("state").asText()),
          "never " + states + ": " + seen);
      LockSupport.parkNanos(5_000_000);
      seen = Api.json(api.get(path, token));
    }
  }

  private void state(Fault fault, String path) throws IOException, InterruptedException {
    JsonNode row = Api.json(api.get(path, token));
    require(row.path("state").asText().equals(fault.state()), "in the ledger: " + row);
  }

  private static void check(Fault fault, HttpResponse<String> answer) throws IOException {
    require(answer.statusCode() == fault.status(), answer.statusCode() + " " + shown(answer));
    if (fault.status() == 200) {
      require(answer.body().contains(fault.says()), shown(answer));
    } else {
      String code = Api.json(answer).path("code").asText();
      require(code.equals(fault.says()), shown(answer));
    }
  }

  private static String shown(HttpResponse<String> answer) {
    String body = answer.body();
    return body.length() <= 1000 ? body : body.substring(0, 1000) + "…";
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpRequest built = request.build();
    HttpResponse<String> answer = api.send(request);
    AnswerCheck.require(
        new AnswerCheck.Answer(
            built.method(),
            built.uri().getRawPath(),
            true,
            answer.statusCode(),
            answer.headers().map(),
            answer.body()));
    return answer;
  }

  @Override
  public void close() {
    api.close();
  }
}
