package com.clawdforge.http.faults;

import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.ApiDocument;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Thinks of requests to every operation of the API's description. For one thread. */
final class Fuzzer {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
  private static final List<String> METHODS =
      List.of(
          "GET",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "HEAD",
          "OPTIONS",
          "TRACE",
          "CONNECT",
          "get",
          "FOO",
          "PROPFIND",
          "G@T",
          "");
  private static final List<String> ODD_NAMES =
      List.of(
          "x",
          "0",
          "-1",
          "1",
          "99999999999999999999",
          "1.5",
          "..",
          ".",
          "%2e%2e",
          "%00",
          "%ff",
          "%",
          "%zz",
          "a%2Fb",
          "a;b=c",
          "%F0%9F%A6%80",
          "'",
          "\"",
          "null",
          "*",
          "~",
          "+",
          "a b",
          "<x>",
          "{id}",
          "%0d%0aX:%20y");
  private static final List<String> QUERIES =
      List.of(
          "?limit=1",
          "?limit=200",
          "?limit=0",
          "?limit=201",
          "?limit=-1",
          "?limit=x",
          "?limit=1&limit=2",
          "?limit=99999999999999",
          "?cursor=x",
          "?cursor=",
          "?cursor=%ff",
          "?include_closed=true",
          "?include_closed=7",
          "?group_by=token",
          "?group_by=model",
          "?group_by=day",
          "?group_by=x",
          "?group_by=%00",
          "?request_id=x",
          "?last_event_id=1.1",
          "?last_event_id=9.9",
          "?last_event_id=x",
          "?last_event_id=1.999999999999999999",
          "?state=running",
          "?",
          "?&&&",
          "?=",
          "?%",
          "?a[]=b",
          "?a=%F0%9F%A6%80",
          "?since=1&until=0",
          "?since=x");
  private static final List<String> ODD_HEADERS =
      List.of(
          "Accept: text/event-stream",
          "Accept: */*;q=0",
          "Accept: application/json;q=0.5, text/event-stream;q=0.4",
          "Accept: ,",
          "Accept: \u00ff",
          "Idempotency-Key: k",
          "Idempotency-Key: ",
          "Idempotency-Key: \u00e9",
          "Last-Event-ID: 1.1",
          "Last-Event-ID: 1.0",
          "Last-Event-ID: 99.1",
          "Last-Event-ID: 7",
          "Last-Event-ID: x",
          "X-Request-Id: fuzz",
          "X-Request-Id: a b",
          "X-Forwarded-For: 1.2.3.4",
          "Origin: https://x.example",
          "Expect: 100-continue",
          "Expect: 200-ok",
          "Content-Encoding: gzip",
          "If-None-Match: \"x\"",
          "If-None-Match: *",
          "Range: bytes=0-1",
          "Cookie: a=b; c",
          "Upgrade: websocket",
          "Connection: Upgrade, HTTP2-Settings",
          "Accept-Encoding: gzip, br, zstd",
          "TE: trailers",
          "X-HTTP-Method-Override: DELETE",
          "Forwarded: for=_x",
          "Access-Control-Request-Method: POST");
  private static final List<String> ODD_TYPES =
      List.of(
          "application/json; charset=utf-8",
          "application/json; charset=utf-16",
          "application/json; charset=x",
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "multipart/form-data; boundary=b",
          "application/json,text/plain",
          "x",
          "/",
          "application/merge-patch+json");

  private final Random random;
  private final FuzzedJson json;
  private final FuzzPool pool;
  private final List<ApiDocument.Operation> operations = ApiDocument.SERVED.operations();
  private int next;

  Fuzzer(Random random, FuzzPool pool, int first) {
    this.random = random;
    this.json = new FuzzedJson(random);
    this.pool = pool;
    this.next = first;
  }

  /** The next request; every operation has its turn. */
  FuzzedRequest request() {
    ApiDocument.Operation operation = operations.get(next++ % operations.size());
    String method = rarely(12) ? any(METHODS) : operation.method();
    String path = path(operation.path());
    List<String> headers = new ArrayList<>();
    headers.add(
        "Host: "
            + (rarely(60) ? any(List.of("", "x", "localhost:99999", "[::1", "a/b")) : "localhost"));
    headers.add("Connection: close");
    authorization(operation).forEach(headers::add);
    while (rarely(4)) {
      headers.add(any(ODD_HEADERS));
    }
    byte[] body = body(operation, method, headers);
    boolean framed = frame(headers, body);
    boolean readable = framed && !rarely(40);
    if (framed && !readable) {
      headers.add(
          any(
              List.of(
                  "no colon",
                  ": x",
                  "X-Large: " + "y".repeat(40_000),
                  "X\u0001: y",
                  "Host: other",
                  " folded")));
    }
    boolean odd =
        !method.matches("[A-Z]+")
            || method.equals("CONNECT")
            || headers.stream()
                .anyMatch(it -> it.startsWith("Upgrade") || it.startsWith("Expect: 2"))
            || path.matches(".*([%;<>{}\" \\x00-\\x20]|/\\.|//).*");
    return new FuzzedRequest(
        method,
        path,
        rarely(3) ? any(QUERIES) : "",
        headers,
        new String(body, StandardCharsets.ISO_8859_1),
        readable && !odd && !headers.get(0).matches("Host: (|x|.*99999|\\[.*|a/b)"),
        framed,
        operation.path().equals("/sessions/{session_id}/events"));
  }

  private String path(String described) {
    Matcher parameter = PARAMETER.matcher(described);
    StringBuilder path = new StringBuilder();
    while (parameter.find()) {
      String name = rarely(5) ? any(ODD_NAMES) : pool.any(parameter.group(1), random);
      parameter.appendReplacement(path, Matcher.quoteReplacement(name));
    }
    parameter.appendTail(path);
    return switch (random.nextInt(80)) {
      case 0 -> path + "/";
      case 1 -> "/" + path;
      case 2 -> path + "/x";
      case 3 -> path + "%2F..";
      case 4 -> "/x" + path;
      default -> path.toString();
    };
  }

  private List<String> authorization(ApiDocument.Operation operation) {
    boolean admin = operation.node().get("security").toString().contains("admin");
    String right = "Authorization: Bearer " + (admin ? Api.ADMIN : pool.token());
    return switch (random.nextInt(30)) {
      case 0 -> List.of();
      case 1 -> List.of("Authorization: Bearer " + (admin ? pool.token() : Api.ADMIN));
      case 2 -> List.of("Authorization: Bearer cf_" + "x".repeat(random.nextInt(300)));
      case 3 -> List.of("Authorization: Basic eDp5");
      case 4 -> List.of("Authorization: Bearer \u00ff\u0080");
      case 5 -> List.of(right, right);
      case 6 -> List.of("Authorization: bearer  " + pool.token());
      default -> List.of(right);
    };
  }

  private byte[] body(ApiDocument.Operation operation, String method, List<String> headers) {
    JsonNode content = operation.node().at("/requestBody/content");
    if (content.has("multipart/form-data")) {
      headers.add(
          "Content-Type: " + (rarely(8) ? any(ODD_TYPES) : "multipart/form-data; boundary=b"));
      return form();
    }
    if (content.isMissingNode() && !rarely(10)) {
      return new byte[0];
    }
    if (method.equals("GET") && !rarely(10)) {
      return new byte[0];
    }
    headers.add("Content-Type: " + (rarely(12) ? any(ODD_TYPES) : "application/json"));
    return json.like(pool.body(operation));
  }

  private byte[] form() {
    String name = rarely(6) ? any(List.of("files", "", "file\"; x=\"", "FILE")) : "file";
    String file =
        rarely(3)
            ? any(List.of("", "../../x", "a\u0000b", "\u00ff", "con", ".", "x".repeat(5000)))
            : "a.txt";
    String text =
        "--b\r\nContent-Disposition: form-data; name=\""
            + name
            + "\"; filename=\""
            + file
            + "\"\r\n\r\n"
            + "x".repeat(random.nextInt(rarely(10) ? 200_000 : 500))
            + "\r\n--b"
            + (rarely(3)
                ? "\r\nContent-Disposition: form-data; name=\"ttl_secs\"\r\n\r\n"
                    + json.value()
                    + "\r\n--b"
                : "")
            + (rarely(12) ? "" : "--\r\n");
    byte[] form = text.getBytes(StandardCharsets.ISO_8859_1);
    return rarely(15) ? Arrays.copyOf(form, random.nextInt(form.length)) : form;
  }

  // Whether the length is told as it is.
  private boolean frame(List<String> headers, byte[] body) {
    String length = "Content-Length: " + body.length;
    switch (random.nextInt(60)) {
      case 0 -> headers.add("Content-Length: " + (body.length + 1 + random.nextInt(1000)));
      case 1 -> headers.add("Content-Length: " + Math.max(0, body.length - 1 - random.nextInt(10)));
      case 2 ->
          headers.add(
              "Content-Length: "
                  + any(List.of("-1", "x", "1e3", "99999999999999999999", "", "0x10")));
      case 3 -> headers.addAll(List.of(length, "Content-Length: " + (body.length + 1)));
      case 4 -> headers.addAll(List.of(length, "Transfer-Encoding: chunked"));
      case 5 ->
          headers.add(
              "Transfer-Encoding: "
                  + any(List.of("chunked", "gzip", "x", "chunked, chunked", "identity")));
      default -> {
        if (body.length > 0 || random.nextBoolean()) {
          headers.add(length);
        }
        return true;
      }
    }
    return false;
  }

  private boolean rarely(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
