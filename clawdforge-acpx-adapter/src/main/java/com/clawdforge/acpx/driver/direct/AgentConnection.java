package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.acpx.protocol.JsonLine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC 2.0 with an agent's adapter: a message a line, in both directions. Safe for any thread.
 * The adapter's messages reach their receivers as they were written and in their order, on one
 * thread; a receiver must not block it.
 *
 * <p>Every request of the adapter is answered: by the receiver of its session, or else with {@code
 * -32601}. Its {@code $/cancel_request} needs no reaction: no request of the adapter waits.
 */
final class AgentConnection implements ChildProcess.Listener {
  private static final Logger log = LoggerFactory.getLogger(AgentConnection.class);
  private static final int METHOD_NOT_FOUND = -32601;

  /** Ours: no adapter sends it. */
  private static final int CLOSED = -32099;

  /** As much as a turn may have. */
  private static final long MAX_STRAY = 64L << 20;

  /** Adapters write it before anything that a model can influence. */
  private static final Pattern SESSION =
      Pattern.compile("\"sessionId\"\\s*:\\s*\"([^\"\\\\]{1,256})\"");

  /** No message is empty. */
  private static final byte[] STOP = {};

  /** Receives the messages of one session. */
  interface Receiver {
    /** Receives a notification. */
    void onNotification(AcpMessage message, byte[] line);

    /**
     * Receives a request. Returns what finds its {@code result}, which may take time and runs on a
     * thread of its own; null for an unknown method.
     */
    @Nullable Supplier<ObjectNode> onRequest(AcpMessage request, byte[] line);

    /** Receives our result for a request, before it is sent, as a line without its end. */
    void onAnswered(byte[] response);

    /** More was written than is read; nothing more of it will come. */
    void onTooMuch(String what);

    /** The adapter has ended; nothing more will come. */
    void onEnd();
  }

  /** The adapter's response to a request of ours. */
  static final class Response {
    /** For one that was not waited for. */
    static final Response NONE = failed("no answer");

    private final AcpMessage message;
    private final byte[] line;

    private Response(AcpMessage message, byte[] line) {
      this.message = message;
      this.line = line;
    }

    private static Response failed(String why) {
      AcpMessage.Failure failure = new AcpMessage.Failure(CLOSED, why, null, null, null, null);
      return new Response(AcpMessage.failed(failure), new byte[0]);
    }

    AcpMessage message() {
      return message;
    }

    AcpMessage.@Nullable Failure error() {
      return message.error();
    }

    /** As it was written; empty if the connection ended first. */
    byte[] line() {
      return line;
    }

    /** The member {@code result}; empty if it is absent. */
    JsonNode result() {
      return Json.read(line).path("result");
    }
  }

  private final AtomicLong ids = new AtomicLong();
  private final Map<String, Consumer<Response>> pending = new ConcurrentHashMap<>();
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  /** What the adapter wrote that belongs to no session, since our last request. */
  private final AtomicLong stray = new AtomicLong();

  /** Starts to write what is queued; the thread ends with the connection. */
  void writeTo(OutputStream stdin, String name) {
    Thread.ofPlatform().daemon().name("stdin-" + name).start(() -> write(stdin));
  }

  private void write(OutputStream stdin) {
    try (stdin) {
      while (true) {
        byte[] line = outgoing.take();
        if (line.length == 0) {
          return;
        }
        stdin.write(line);
        if (outgoing.isEmpty()) {
          stdin.flush();
        }
      }
    } catch (IOException e) {
      log.debug("writing to an adapter broke off", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Completes with the reason when the connection ends. */
  CompletableFuture<String> ended() {
    return ended;
  }

  boolean open() {
    return !ended.isDone();
  }

  void receive(String conversation, Receiver receiver) {
    receivers.put(conversation, receiver);
  }

  void forget(String conversation, Receiver receiver) {
    receivers.remove(conversation, receiver);
  }

  /** Sends a request; the future is completed on the thread that reads. */
  CompletableFuture<Response> request(String method, JsonNode params) {
    CompletableFuture<Response> response = new CompletableFuture<>();
    request(
        method, params.toString().getBytes(StandardCharsets.UTF_8), id -> {}, response::complete);
    return response;
  }

  /** Sends a request whose response does not matter. */
  void ask(String method, JsonNode params) {
    request(
        method,
        params.toString().getBytes(StandardCharsets.UTF_8),
        id -> {},
        response -> log.debug("{} was answered", method));
  }

  /**
   * Sends a request.
   *
   * @param params JSON
   * @param onId is told the request's id before it is sent
   * @param onResponse runs on the thread that reads, in the order of the adapter's messages
   */
  void request(String method, byte[] params, Consumer<String> onId, Consumer<Response> onResponse) {
    String id = Long.toString(ids.getAndIncrement());
    onId.accept(id);
    pending.put(id, onResponse);
    stray.set(0);
    log.trace("sent: {} {}", method, id);
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":", params);
    if (!open()) {
      fail(id);
    }
  }

  /** Sends a notification. */
  void notify(String method, JsonNode params) {
    send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":",
        params.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void send(String head, byte[] params) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(head.length() + params.length + 2);
    line.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    line.writeBytes(params);
    line.writeBytes(new byte[] {'}', '\n'});
    outgoing.add(line.toByteArray());
  }

  /** Closes the adapter's standard input after what is queued, which asks it to end. */
  void closeInput() {
    outgoing.add(STOP);
  }

  @Override
  public void onLine(byte[] line) {
    if (!open()) {
      return;
    }
    Optional<AcpMessage> read = AcpMessage.read(line);
    if (read.isEmpty()) {
      log.debug("an adapter wrote a line that is no message, {} bytes", line.length);
      countStray(line);
      return;
    }
    AcpMessage message = read.get();
    log.trace("received: {} {}", message.method(), message.id());
    try {
      if (message.method() == null) {
        onResponse(message, line);
      } else if (message.id() == null) {
        onNotification(message, line);
      } else {
        onRequest(message, line);
      }
    } catch (RuntimeException e) {
      // The other sessions of this adapter must go on.
      log.error("a message of an adapter was not handled", e);
    }
  }

  private void onResponse(AcpMessage message, byte[] line) {
    @Nullable Consumer<Response> waiting =
        message.id() == null ? null : pending.remove(message.id());
    if (waiting == null) {
      log.debug("a response to no request: {}", message.id());
      countStray(line);
    } else {
      waiting.accept(new Response(message, line));
    }
  }

  private void onNotification(AcpMessage message, byte[] line) {
    @Nullable Receiver receiver = receiver(message);
    if (receiver == null) {
      countStray(line);
    } else {
      receiver.onNotification(message, line);
    }
  }

  // No session's own limit is met by it, and each may wait for an answer that never comes.
  private void countStray(byte[] line) {
    if (stray.addAndGet(line.length + 1L) > MAX_STRAY) {
      log.warn("an adapter wrote more than {} bytes that belong to no session", MAX_STRAY);
      onTooMuch("more than " + MAX_STRAY + " bytes");
    }
  }

  private void onRequest(AcpMessage message, byte[] line) {
    String head =
        "{\"jsonrpc\":\"2.0\",\"id\":" + JsonLine.read(line, AgentConnection::rawId).orElse("null");
    @Nullable Receiver receiver = receiver(message);
    @Nullable Supplier<ObjectNode> answer =
        receiver == null ? null : receiver.onRequest(message, line);
    if (receiver == null) {
      countStray(line);
    }
    if (receiver == null || answer == null) {
      send(
          head
              + ",\"error\":{\"code\":"
              + METHOD_NOT_FOUND
              + ",\"message\":\"Method not found\"}}");
      return;
    }
    // Paths are looked up for it, and a file system may hang.
    Thread.ofVirtual()
        .name("answering-agent")
        .start(
            () -> {
              String response = head + ",\"result\":" + answer.get() + "}";
              // The agent numbers its requests from 0, as we do ours: only a result can be told
              // apart from the response to a prompt.
              receiver.onAnswered(response.getBytes(StandardCharsets.UTF_8));
              send(response);
            });
  }

  private void send(String message) {
    outgoing.add((message + "\n").getBytes(StandardCharsets.UTF_8));
  }

  // A number and a string are different ids.
  private static String rawId(JsonLine json) throws IOException {
    String id = "null";
    for (String path = json.next(); path != null; path = json.next()) {
      if (path.equals("id")) {
        @Nullable String raw = json.raw();
        id = raw == null ? "null" : raw;
      }
    }
    return id;
  }

  private @Nullable Receiver receiver(AcpMessage message) {
    return message.conversation() == null ? null : receivers.get(message.conversation());
  }

  // Only its own session ends; the others of this adapter go on.
  @Override
  public boolean onTooLong(byte[] begin, String what) {
    Matcher session = SESSION.matcher(new String(begin, StandardCharsets.UTF_8));
    @Nullable Receiver receiver = session.find() ? receivers.get(session.group(1)) : null;
    if (receiver == null) {
      return false;
    }
    receiver.onTooMuch(what);
    return true;
  }

  @Override
  public void onTooMuch(String what) {
    end("the agent wrote " + what, receiver -> receiver.onTooMuch(what));
  }

  @Override
  public void onEnd() {
    end("the agent's adapter has ended", Receiver::onEnd);
  }

  private void end(String why, Consumer<Receiver> tell) {
    if (ended.complete(why)) {
      receivers.values().forEach(tell);
      pending.keySet().forEach(this::fail);
      closeInput();
    }
  }

  private void fail(String id) {
    @Nullable Consumer<Response> waiting = pending.remove(id);
    if (waiting != null) {
      waiting.accept(Response.failed("ACP connection closed: " + ended.getNow("it ended")));
    }
  }
}
