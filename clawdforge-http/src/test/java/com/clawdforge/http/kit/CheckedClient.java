package com.clawdforge.http.kit;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** A client that fails on answers that differ from the API's description. */
final class CheckedClient {
  private final HttpClient client;

  CheckedClient(HttpClient client) {
    this.client = client;
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return send(request, HttpResponse.BodyHandlers.ofString(), text -> text);
  }

  /** Like {@link #send}, but returns bytes. */
  HttpResponse<byte[]> sendForBytes(HttpRequest request) throws IOException, InterruptedException {
    return send(
        request,
        HttpResponse.BodyHandlers.ofByteArray(),
        bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, Function<T, String> text)
      throws IOException, InterruptedException {
    HttpResponse<T> answer =
        PrismProxy.RUNNING.isPresent()
            ? PrismProxy.RUNNING.get().send(client, request, handler, text)
            : client.send(request, handler);
    AnswerCheck.require(
        new AnswerCheck.Answer(
            request.method(),
            request.uri().getRawPath(),
            true,
            answer.statusCode(),
            answer.headers().map(),
            text.apply(answer.body())));
    return answer;
  }
}
