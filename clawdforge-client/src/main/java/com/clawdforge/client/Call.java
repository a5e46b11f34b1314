package com.clawdforge.client;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One request to the gateway.
 *
 * @param path from the base URL on, percent-encoded
 * @param body asked for anew at each try
 * @param deadline of each try, from connecting to the last byte of the answer
 */
record Call(
    String method,
    String path,
    Map<String, String> headers,
    Supplier<BodyPublisher> body,
    Duration deadline,
    Repeat repeat) {
  /** When the same call may be sent again. */
  enum Repeat {
    /** Doing it twice does it once. */
    ALWAYS,
    /** Only if the gateway certainly did nothing. */
    IF_NOT_DONE,
    /** Its body is gone after the first try. */
    NEVER
  }

  /** What stands for a text in a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * What stands for an id in a path.
   *
   * @throws IllegalArgumentException if it would lead to another path
   */
  static String segment(String id) {
    if (id.isEmpty() || id.equals(".") || id.equals("..")) {
      throw new IllegalArgumentException("'" + id + "' is no id or name");
    }
    return encoded(id);
  }

  static Call plain(String method, String path, Duration deadline) {
    return new Call(method, path, Map.of(), BodyPublishers::noBody, deadline, Repeat.ALWAYS);
  }

  static Call json(String path, byte[] body, Duration deadline, Repeat repeat) {
    return new Call(
        "POST",
        path,
        Map.of("Content-Type", "application/json"),
        () -> BodyPublishers.ofByteArray(body),
        deadline,
        repeat);
  }

  /** One that does its work once, however often it is sent. */
  static Call keyed(String path, byte[] body, String key, Duration deadline) {
    return new Call(
        "POST",
        path,
        Map.of("Content-Type", "application/json", "Idempotency-Key", key),
        () -> BodyPublishers.ofByteArray(body),
        deadline,
        Repeat.ALWAYS);
  }

  /**
   * One that cancels a piece of work.
   *
   * @param path of the work
   */
  static Call cancel(String path, Duration deadline) {
    return json(path + "/cancel", Json.bytes(Json.object()), deadline, Repeat.ALWAYS);
  }

  /** The same call, answered by a stream of events. */
  Call streaming() {
    Map<String, String> more = new HashMap<>(headers);
    more.put(Transport.ACCEPT, Transport.EVENT_STREAM);
    return new Call(method, path, Map.copyOf(more), body, deadline, repeat);
  }

  /** The same call with no more time than this. */
  Call within(Duration longest) {
    return deadline.compareTo(longest) <= 0
        ? this
        : new Call(method, path, headers, body, longest, repeat);
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
