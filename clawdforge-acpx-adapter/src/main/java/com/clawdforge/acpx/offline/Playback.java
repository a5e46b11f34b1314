package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends one reply to one request. It throws an {@link IOException} to drop the connection: only
 * then does the JDK's server not terminate a chunked body properly.
 */
final class Playback {
  private final HttpExchange exchange;
  private final ModelRequest request;
  private final Signatures signatures;
  private final CountDownLatch closed;

  Playback(
      HttpExchange exchange, ModelRequest request, Signatures signatures, CountDownLatch closed) {
    this.exchange = exchange;
    this.request = request;
    this.signatures = signatures;
    this.closed = closed;
  }

  void play(ModelReply reply) throws IOException {
    switch (reply) {
      case ModelReply.Message message -> {
        Wire wire = request.api().wire(message, request, signatures);
        if (request.streamed()) {
          stream(message, wire);
        } else {
          pauseBetweenChunks(message);
          send(exchange, 200, wire.whole());
        }
      }
      case ModelReply.Failure failure -> {
        failure.headers().forEach((name, value) -> setHeader(exchange, name, value));
        send(exchange, failure.status(), request.api().error(failure.type(), failure.message()));
      }
      case ModelReply.WithHeaders more -> {
        more.headers().forEach((name, value) -> setHeader(exchange, name, value));
        play(more.reply());
      }
      case ModelReply.Page page ->
          send(exchange, page.status(), "text/html; charset=utf-8", page.body().getBytes(UTF_8));
      case ModelReply.Delayed delayed -> {
        pause(delayed.pause());
        play(delayed.reply());
      }
      case ModelReply.Silent silent -> hang();
      case ModelReply.Broken broken -> breakOff(broken);
      case ModelReply.FailedStream failed -> fail(failed);
      case ModelReply.Garbage garbage ->
          send(exchange, 200, "application/json", "<not json>".getBytes(UTF_8));
    }
  }

  static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    send(exchange, status, "application/json", JsonText.bytes(body));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    setHeader(exchange, "content-type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Sets a header unless it is set: a reply around this one has been here before. */
  private static void setHeader(HttpExchange exchange, String name, String value) {
    exchange.getResponseHeaders().putIfAbsent(name, List.of(value));
  }

  private void stream(ModelReply.Message message, Wire wire) throws IOException {
    OutputStream out = openStream();
    write(out, wire.opening());
    for (int i = 0; i < message.blocks().size(); i++) {
      write(out, wire.blockOpening(i));
      writeSlowly(out, wire.deltas(i), message.betweenChunks());
      write(out, wire.blockClosing(i));
    }
    write(out, wire.closing());
    exchange.close();
  }

  private void writeSlowly(OutputStream out, List<ObjectNode> events, Duration between)
      throws IOException {
    for (int i = 0; i < events.size(); i++) {
      if (i > 0 && between.isPositive()) {
        out.flush();
        pause(between);
      }
      write(out, List.of(events.get(i)));
    }
  }

  private void pauseBetweenChunks(ModelReply.Message message) throws IOException {
    for (Block block : message.blocks()) {
      if (block instanceof Block.Text text && !text.chunks().isEmpty()) {
        pause(message.betweenChunks().multipliedBy(text.chunks().size() - 1));
      }
    }
  }

  private void fail(ModelReply.FailedStream failed) throws IOException {
    if (!request.streamed()) {
      int status = failed.type().equals("overloaded_error") ? 529 : 500;
      play(ModelReply.error(status, failed.type(), failed.message()));
      return;
    }
    Wire wire = wireOf(failed.partialText());
    OutputStream out = openStream();
    write(out, wire.opening());
    if (!failed.partialText().isEmpty()) {
      write(out, wire.blockOpening(0));
      write(out, wire.deltas(0));
    }
    write(out, List.of(wire.failure(failed.type(), failed.message())));
    exchange.close();
  }

  private Wire wireOf(String text) {
    ModelReply.Message message = (ModelReply.Message) ModelReply.text(text);
    return request.api().wire(message, request, signatures);
  }

  private void breakOff(ModelReply.Broken broken) throws IOException {
    Wire wire = wireOf(broken.partialText());
    if (request.streamed()) {
      OutputStream out = openStream();
      write(out, wire.opening());
      write(out, wire.blockOpening(0));
      write(out, wire.deltas(0));
      out.flush();
    } else {
      byte[] whole = JsonText.bytes(wire.whole());
      setHeader(exchange, "content-type", "application/json");
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole, 0, whole.length / 2);
      exchange.getResponseBody().flush();
    }
    switch (broken.fault()) {
      case STALLED -> hang();
      case CUT -> throw new IOException("cut off, as the script says");
    }
  }

  private OutputStream openStream() throws IOException {
    setHeader(exchange, "content-type", "text/event-stream");
    setHeader(exchange, "cache-control", "no-cache");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void write(OutputStream out, List<ObjectNode> events) throws IOException {
    for (ObjectNode event : events) {
      out.write(("event: " + event.path("type").asText() + "\ndata: ").getBytes(UTF_8));
      out.write(JsonText.bytes(event));
      out.write("\n\n".getBytes(UTF_8));
    }
  }

  private void hang() throws IOException {
    pause(Duration.ofMillis(Long.MAX_VALUE));
  }

  /** Sleeps; throws as soon as the model is closed. */
  private void pause(Duration time) throws IOException {
    try {
      if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the offline model is closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the offline model is closed");
    }
  }
}
