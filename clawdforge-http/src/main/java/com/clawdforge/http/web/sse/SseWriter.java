package com.clawdforge.http.web.sse;

import com.clawdforge.http.web.Exchange;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;

/** Writes server-sent events. For one thread. */
public final class SseWriter {
  private static final byte[] COMMENT = ascii(":\n\n");
  private static final byte[] LINE_END = ascii("\n");
  private static final byte[] DATA = ascii("data: ");

  private final OutputStream out;

  public SseWriter(OutputStream out) {
    // An event is written in pieces, and each write to the server takes its lock.
    this.out = new BufferedOutputStream(out);
  }

  /** Whether the client prefers events to one answer in JSON. */
  public static boolean wanted(Context ctx) {
    return Acceptance.prefersEvents(Collections.list(ctx.req().getHeaders("Accept")));
  }

  /** Sends the response headers at once, so that the client knows that it was accepted. */
  public static SseWriter open(Context ctx) throws IOException {
    Exchange.of(ctx.req()).streams();
    HttpServletResponse response = ctx.res();
    response.setStatus(200);
    // Without the encoding, Python's requests takes the text for Latin-1.
    response.setContentType("text/event-stream;charset=utf-8");
    // A proxy that compresses would hold back events.
    response.setHeader("Cache-Control", "no-store, no-transform");
    // Keeps nginx from buffering events.
    response.setHeader("X-Accel-Buffering", "no");
    response.flushBuffer();
    return new SseWriter(response.getOutputStream());
  }

  /** Writes an event; it is sent with the next {@link #flush}, or when the buffer is full. */
  public void event(String event, String id, byte[] data) throws IOException {
    out.write(ascii("event: " + event + "\nid: " + id + "\n"));
    data(data);
  }

  /** As {@link #event(String, String, byte[])}, of one after which no stream can go on. */
  public void event(String event, String data) throws IOException {
    out.write(ascii("event: " + event + "\n"));
    data(data.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a comment, which shows that the stream is alive. */
  public void comment() throws IOException {
    out.write(COMMENT);
    out.flush();
  }

  public void flush() throws IOException {
    out.flush();
  }

  /** Sends the last event and ends the answer. */
  public void last(String event, String data) throws IOException {
    event(event, data);
    out.close();
  }

  // A line end would end the field. Data with line ends is written as several fields, which the
  // client joins again; JSON has line ends only between tokens.
  private void data(byte[] data) throws IOException {
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n' || data[i] == '\r') {
        line(data, start, i);
        start = i + 1;
      }
    }
    line(data, start, data.length);
    out.write(LINE_END);
  }

  private void line(byte[] data, int start, int end) throws IOException {
    out.write(DATA);
    out.write(data, start, end - start);
    out.write(LINE_END);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
