package com.clawdforge.http.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to a request on a connection of its own.
 *
 * @param status 0 if there is none
 * @param body as text, put together from its chunks
 * @param cut whether it was still going on
 */
record RawExchange(int status, Map<String, List<String>> headers, String body, boolean cut) {
  /** Longer than the server waits for a body that does not come. */
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Duration GLANCE = Duration.ofMillis(150);

  /**
   * Sends a request and reads the answer until the server closes the connection.
   *
   * @throws AssertionError if it never does
   */
  static RawExchange of(int port, FuzzedRequest request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      boolean cut = false;
      try {
        socket.getOutputStream().write(request.bytes());
        socket.getOutputStream().flush();
        if (!request.framed()) {
          // More is awaited, and will not come.
          socket.shutdownOutput();
        }
        cut = read(socket, request.endless(), received);
      } catch (IOException reset) {
        // It may have answered and closed before it had read everything.
        return parsed(received.toByteArray(), false, String.valueOf(reset));
      }
      return parsed(received.toByteArray(), cut, "closed");
    }
  }

  private static boolean read(Socket socket, boolean endless, ByteArrayOutputStream received)
      throws IOException {
    InputStream in = socket.getInputStream();
    byte[] part = new byte[8192];
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      boolean streams =
          endless && received.toString(StandardCharsets.ISO_8859_1).contains("text/event-stream");
      socket.setSoTimeout((int) (streams ? GLANCE : LONGEST).toMillis());
      try {
        int read = in.read(part);
        if (read < 0) {
          return false;
        }
        received.write(part, 0, read);
      } catch (SocketTimeoutException e) {
        if (streams) {
          return true;
        }
        throw new AssertionError("it hangs, after " + received.toString(StandardCharsets.UTF_8), e);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it never ends");
      }
    }
  }

  private static RawExchange parsed(byte[] received, boolean cut, String otherwise) {
    String all = new String(received, StandardCharsets.ISO_8859_1);
    int end = all.indexOf("\r\n\r\n");
    while (all.startsWith("HTTP/1.1 100") && end >= 0) {
      all = all.substring(end + 4);
      end = all.indexOf("\r\n\r\n");
    }
    if (end < 0 || !all.startsWith("HTTP/1.1 ")) {
      return new RawExchange(0, Map.of(), otherwise + ": " + all, cut);
    }
    List<String> head = all.substring(0, end).lines().toList();
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header : head.subList(1, head.size())) {
      String[] parts = header.split(": ?", 2);
      headers.computeIfAbsent(parts[0], none -> new ArrayList<>()).add(parts[1]);
    }
    String body = all.substring(end + 4);
    boolean chunked = headers.containsKey("Transfer-Encoding");
    byte[] bytes = (chunked && !cut ? whole(body) : body).getBytes(StandardCharsets.ISO_8859_1);
    return new RawExchange(
        Integer.parseInt(head.getFirst().substring(9, 12)),
        headers,
        new String(bytes, StandardCharsets.UTF_8),
        cut);
  }

  private static String whole(String chunks) {
    StringBuilder whole = new StringBuilder();
    int at = 0;
    while (true) {
      int end = chunks.indexOf("\r\n", at);
      if (end < 0) {
        throw new AssertionError("the answer is cut off: " + whole);
      }
      int length = Integer.parseInt(chunks.substring(at, end), 16);
      if (length == 0) {
        return whole.toString();
      }
      whole.append(chunks, end + 2, end + 2 + length);
      at = end + 2 + length + 2;
    }
  }
}
