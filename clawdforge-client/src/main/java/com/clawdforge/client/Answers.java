package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Tells the good answers to calls from the others. */
final class Answers {
  // A token is longer; of less than this nothing would be left of a message.
  private static final int SHORTEST_TOKEN = 8;

  private final URI base;
  private final String bearer;

  Answers(URI base, String bearer) {
    this.base = base;
    this.bearer = bearer;
  }

  /** Makes something of an answer. */
  @FunctionalInterface
  interface Reader<B, A> {
    /**
     * Reads an answer.
     *
     * @throws ForgeException if it is no good one
     */
    A read(Call call, ResponseInfo head, B body);
  }

  /** An answer that came as a whole. */
  Reply whole(Call call, ResponseInfo head, byte[] body) {
    checkStatus(head, body);
    ObjectNode object = Json.objectOrNull(body);
    if (object == null) {
      throw notAGateway(call, head, "a JSON object");
    }
    return new Reply(head.headers(), object);
  }

  /** An answer that has only begun. */
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
      throw Problem.of(head.statusCode(), head.headers(), masked(body), Instant.now());
    }
  }

  // Some proxies show the request that they refuse.
  private byte[] masked(byte[] body) {
    String bytes = new String(body, StandardCharsets.ISO_8859_1);
    return bearer.length() < SHORTEST_TOKEN || !bytes.contains(bearer)
        ? body
        : bytes.replace(bearer, "(token)").getBytes(StandardCharsets.ISO_8859_1);
  }

  private ForgeTransportException notAGateway(Call call, ResponseInfo head, String wanted) {
    return new ForgeTransportException(
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
