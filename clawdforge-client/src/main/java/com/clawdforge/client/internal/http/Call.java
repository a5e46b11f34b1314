package com.clawdforge.client.internal.http;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request to the gateway.
 *
 * @param path after the base URL, percent-encoded
 * @param body called once for each attempt
 * @param deadline of each attempt, from connecting to the last byte of the answer
 */
public record Call(
    String method,
    String path,
    Map<String, String> headers,
    Supplier<BodyPublisher> body,
    Duration deadline,
    Repeat repeat) {
  /** When the same call may be sent again. */
  public enum Repeat {
    /** At any time: it is idempotent. */
    ALWAYS,
    /** Only if the gateway certainly did nothing. */
    IF_NOT_DONE,
    /** Never: its body can be read only once. */
    NEVER
  }

  /** Encodes a text for a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Encodes an id as one segment of a path.
   *
   * @throws IllegalArgumentException if it would lead to another path
   */
  public static String segment(String id) {
    if (id.isEmpty() || id.equals(".") || id.equals("..")) {
      throw new IllegalArgumentException("'" + id + "' is not an id or name");
    }
    return encoded(id);
  }

  public static Call plain(String method, String path, Duration deadline) {
    return new Call(method, path, Map.of(), BodyPublishers::noBody, deadline, Repeat.ALWAYS);
  }

  public static Call json(String path, ObjectNode body, Duration deadline, Repeat repeat) {
    return post(path, Map.of("Content-Type", "application/json"), body, deadline, repeat);
  }

  /**
   * A call that the gateway carries out once, however often it is sent.
   *
   * @param key the app's idempotency key, or null for a new one
   */
  public static Call keyed(String path, ObjectNode body, @Nullable String key, Duration deadline) {
    return post(
        path,
        Map.of("Content-Type", "application/json", "Idempotency-Key", IdempotencyKey.orNew(key)),
        body,
        deadline,
        Repeat.ALWAYS);
  }

  /** A change of a thing, to which it makes no difference how often it is sent. */
  public static Call patch(String path, ObjectNode body, Duration deadline) {
    byte[] json = Json.bytes(body);
    return new Call(
        "PATCH",
        path,
        Map.of("Content-Type", "application/json"),
        () -> BodyPublishers.ofByteArray(json),
        deadline,
        Repeat.ALWAYS);
  }

  private static Call post(
      String path, Map<String, String> headers, ObjectNode body, Duration deadline, Repeat repeat) {
    byte[] json = Json.bytes(body);
    return new Call(
        "POST", path, headers, () -> BodyPublishers.ofByteArray(json), deadline, repeat);
  }

  /**
   * A call that cancels a run, a turn or a session's current turn.
   *
   * @param path of the run, turn or session
   */
  public static Call cancel(String path, Duration deadline) {
    return json(path + "/cancel", Json.object(), deadline, Repeat.ALWAYS);
  }

  /** The same call, asking for a stream of events. */
  public Call streaming() {
    Map<String, String> more = new HashMap<>(headers);
    more.put(Transport.ACCEPT, Transport.EVENT_STREAM);
    return new Call(method, path, Map.copyOf(more), body, deadline, repeat);
  }

  /** The same call with at most this deadline. */
  public Call within(Duration longest) {
    return deadline.compareTo(longest) <= 0
        ? this
        : new Call(method, path, headers, body, longest, repeat);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
