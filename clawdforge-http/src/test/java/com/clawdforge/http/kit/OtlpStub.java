package com.clawdforge.http.kit;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Receives traces over OTLP/HTTP on loopback, and decodes the parts of their protobuf that tests
 * check. The field numbers are those of opentelemetry-proto 1.x.
 */
public final class OtlpStub implements AutoCloseable {
  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  /** A span; its attributes include those of its resource. */
  public record Span(
      String traceId,
      String id,
      String parentId,
      String name,
      long kind,
      long status,
      List<String> events,
      Map<String, String> attributes) {}

  private OtlpStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          read(body).of(1).forEach(this::resourceSpans);
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  public static OtlpStub start() throws IOException {
    return new OtlpStub();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<Span> spans() {
    return List.copyOf(spans);
  }

  public Span named(String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + spans));
  }

  private void resourceSpans(Message resourceSpans) {
    Map<String, String> resource = new LinkedHashMap<>();
    resourceSpans.of(1).forEach(each -> attributes(each, 1, resource));
    for (Message scope : resourceSpans.of(2)) {
      for (Message span : scope.of(2)) {
        Map<String, String> attributes = new LinkedHashMap<>(resource);
        attributes(span, 9, attributes);
        spans.add(
            new Span(
                span.hex(1),
                span.hex(2),
                span.hex(4),
                span.text(5),
                span.number(6),
                span.of(15).stream().mapToLong(status -> status.number(3)).findFirst().orElse(0),
                span.of(11).stream().map(event -> event.text(2)).toList(),
                attributes));
      }
    }
  }

  private static void attributes(Message holder, int field, Map<String, String> into) {
    for (Message pair : holder.of(field)) {
      into.put(pair.text(1), value(pair.of(2).getFirst()));
    }
  }

  private static String value(Message any) {
    if (any.has(5)) {
      return any.of(5).getFirst().of(1).stream().map(OtlpStub::value).toList().toString();
    }
    if (any.has(4)) {
      return Double.toString(Double.longBitsToDouble(any.number(4)));
    }
    return any.has(1) ? any.text(1) : Long.toString(any.number(any.has(2) ? 2 : 3));
  }

  private record Message(Map<Integer, List<Object>> fields) {
    boolean has(int field) {
      return fields.containsKey(field);
    }

    private byte[] bytes(int field) {
      return (byte[]) fields.getOrDefault(field, List.of(new byte[0])).getFirst();
    }

    List<Message> of(int field) {
      return fields.getOrDefault(field, List.of()).stream()
          .map(each -> read((byte[]) each))
          .toList();
    }

    String text(int field) {
      return new String(bytes(field), StandardCharsets.UTF_8);
    }

    String hex(int field) {
      return HexFormat.of().formatHex(bytes(field));
    }

    long number(int field) {
      return (long) fields.getOrDefault(field, List.of(0L)).getFirst();
    }
  }

  private static Message read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      Object value =
          switch (tag & 7) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] part = new byte[(int) varint(in)];
              in.get(part);
              yield part;
            }
            case 5 -> (long) in.getInt();
            default -> throw new IllegalStateException("no such wire type: " + tag);
          };
      fields.computeIfAbsent(tag >>> 3, none -> new ArrayList<>()).add(value);
    }
    return new Message(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
