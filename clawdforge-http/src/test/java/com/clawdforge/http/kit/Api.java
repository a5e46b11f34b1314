package com.clawdforge.http.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Calls a gateway as an app and as its operator do. Every request has a timeout. */
public final class Api implements AutoCloseable {
  public static final String ADMIN = "the-admin-secret-of-all-these-tests";
  public static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON = new JsonMapper();

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  public Api(int port) {
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  public HttpRequest.Builder to(String path, String bearer) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + bearer);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> get(String path, String bearer)
      throws IOException, InterruptedException {
    return send(to(path, bearer));
  }

  public HttpRequest.Builder post(String path, String bearer, String json) {
    return to(path, bearer)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  public HttpRequest.Builder runRequest(String token, Map<String, ?> body) {
    return post("/run", token, text(body));
  }

  public HttpResponse<String> run(String token, Map<String, ?> body)
      throws IOException, InterruptedException {
    return send(runRequest(token, body));
  }

  public CompletableFuture<HttpResponse<String>> runAsync(String token, Map<String, ?> body) {
    return sendAsync(runRequest(token, body));
  }

  /** Starts a detached run, and returns its id. */
  public String detached(String token, Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpResponse<String> accepted = run(token, body);
    if (accepted.statusCode() != 202) {
      throw new AssertionError("not accepted: " + accepted.body());
    }
    return json(accepted).path("run_id").asText();
  }

  /** Runs with server-sent events; lines arrive as they are written. */
  public HttpResponse<Stream<String>> stream(String token, Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = runRequest(token, body).header("Accept", "text/event-stream");
    return client.send(request.build(), BodyHandlers.ofLines());
  }

  public String mint(String name) throws IOException, InterruptedException {
    return secret(send(post("/admin/tokens", ADMIN, text(Map.of("name", name)))));
  }

  public String rotate(String name) throws IOException, InterruptedException {
    return secret(send(post("/admin/tokens/" + name + "/rotate", ADMIN, "")));
  }

  public HttpResponse<String> revoke(String name) throws IOException, InterruptedException {
    return send(to("/admin/tokens/" + name, ADMIN).DELETE());
  }

  /** Uploads a file by multipart, and returns its token. */
  public String upload(String token, String fileName, byte[] content)
      throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        ("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + fileName
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(content);
    body.writeBytes("\r\n--edge--\r\n".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> uploaded =
        send(
            to("/files", token)
                .header("Content-Type", "multipart/form-data; boundary=edge")
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    if (uploaded.statusCode() != 200) {
      throw new AssertionError("not uploaded: " + uploaded.body());
    }
    return json(uploaded).path("file_token").asText();
  }

  /** The ledger's view of the caller's run. */
  public JsonNode ledgerRun(String token, String runId) throws IOException, InterruptedException {
    return json(get("/runs/" + runId, token));
  }

  /** The states of all runs of all apps. */
  public List<String> states() throws IOException, InterruptedException {
    JsonNode page = json(get("/admin/runs?limit=200", ADMIN));
    return page.path("runs").valueStream().map(run -> run.path("state").asText()).toList();
  }

  public static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  public static String text(Object value) throws IllegalArgumentException {
    return JSON.valueToTree(value).toString();
  }

  /** The id of the answer's run in the ledger. */
  public static String runId(HttpResponse<?> response) {
    return response.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
  }

  public static <T> T soon(CompletableFuture<T> answer) throws Exception {
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static String secret(HttpResponse<String> minted) throws IOException {
    if (minted.statusCode() != 200) {
      throw new AssertionError("no token: " + minted.body());
    }
    return json(minted).path("token").asText();
  }
}
