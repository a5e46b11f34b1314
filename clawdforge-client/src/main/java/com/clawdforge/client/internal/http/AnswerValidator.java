package com.clawdforge.client.internal.http;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.Problem;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Accepts the usable answers of one gateway and throws for the others. */
final class AnswerValidator {
  // Tokens are longer; masking a shorter text would leave nothing of a message.
  private static final int SHORTEST_TOKEN = 8;

  private final URI base;
  private final String bearer;

  AnswerValidator(URI base, String bearer) {
    this.base = base;
    this.bearer = bearer;
  }

  /** Turns an answer into a value. */
  @FunctionalInterface
  interface Reader<B, A> {
    /**
     * Reads an answer.
     *
     * @throws CallException if it is not usable
     */
    A read(Call call, ResponseInfo head, B body);
  }

  /** Reads an answer whose body is complete. */
  JsonAnswer whole(Call call, ResponseInfo head, byte[] body) {
    checkStatus(head, body);
    ObjectNode object = Json.objectOrNull(body);
    if (object == null) {
      throw notAGateway(call, head, "a JSON object");
    }
    return new JsonAnswer(head.headers(), object);
  }

  /** Reads an answer whose body is still arriving. */
  EventBody stream(Call call, ResponseInfo head, EventBody body) {
    byte[] other = body.other();
    if (other != null) {
      checkStatus(head, other);
      throw notAGateway(call, head, "a stream of events");
    }
    return body;
  }

  static boolean isGood(ResponseInfo head) {
    return head.statusCode() / 100 == 2;
  }

  private void checkStatus(ResponseInfo head, byte[] body) {
    if (!isGood(head)) {
      throw new CallException.Refused(
          Problem.of(head.statusCode(), head.headers(), masked(body), Instant.now()));
    }
  }

  // Some proxies quote the request they refuse.
  private byte[] masked(byte[] body) {
    String bytes = new String(body, StandardCharsets.ISO_8859_1);
    return bearer.length() < SHORTEST_TOKEN || !bytes.contains(bearer)
        ? body
        : bytes.replace(bearer, "(token)").getBytes(StandardCharsets.ISO_8859_1);
  }

  private CallException notAGateway(Call call, ResponseInfo head, String wanted) {
    return new CallException.Failed(
        call
            + " was answered "
            + head.statusCode()
            + ", but not with "
            + wanted
            + "; is "
            + base
            + " a clawdforge gateway?",
        null);
  }
}
