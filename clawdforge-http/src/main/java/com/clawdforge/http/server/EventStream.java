package com.clawdforge.http.server;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventFollower;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A run's messages on their way to one caller as server-sent events. The run's thread puts them in
 * and never waits; the request's thread writes them, however slow its peer is. One that falls too
 * far behind is given up, the run goes on.
 */
final class EventStream implements EventFollower {
  private static final long MAX_WAITING_BYTES = 64L << 20;
  // Of many tiny messages the objects around them are what takes the memory.
  private static final long OVERHEAD_BYTES = 128;
  private static final byte[] HEARTBEAT = ascii(":\n\n");
  private static final byte[] LINE_END = ascii("\n");
  private static final byte[] DATA = ascii("data: ");
  private static final Message END = new Message(0, new AgentEvent(new byte[0]));

  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final long maxWaitingBytes;
  private volatile boolean overflowed;

  private record Message(long seq, AgentEvent event) {
    long cost() {
      return OVERHEAD_BYTES + event.json().length;
    }

    boolean isEnd() {
      return seq == END.seq;
    }
  }

  EventStream() {
    this(MAX_WAITING_BYTES);
  }

  EventStream(long maxWaitingBytes) {
    this.maxWaitingBytes = maxWaitingBytes;
  }

  /** Whether the caller asks for events instead of one answer. */
  static boolean wanted(Context ctx) {
    return Collections.list(ctx.req().getHeaders("Accept")).stream()
        .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"));
  }

  /** Sends the head of the answer, so that the caller knows at once that it was accepted. */
  static OutputStream open(HttpServletResponse response) throws IOException {
    response.setStatus(200);
    response.setContentType("text/event-stream");
    response.setHeader("Cache-Control", "no-store");
    // nginx would hold events back.
    response.setHeader("X-Accel-Buffering", "no");
    response.flushBuffer();
    return response.getOutputStream();
  }

  /** Sends the last event and ends the answer. */
  static void last(OutputStream out, String event, String data) throws IOException {
    out.write(ascii("event: " + event + "\n"));
    data(out, data.getBytes(StandardCharsets.UTF_8));
    out.close();
  }

  @Override
  public void onEvent(long seq, AgentEvent event) {
    if (overflowed) {
      return;
    }
    Message message = new Message(seq, event);
    if (waitingBytes.addAndGet(message.cost()) > maxWaitingBytes) {
      overflowed = true;
      queue.clear();
    }
    queue.add(message);
  }

  /** No message will come any more. */
  void end() {
    queue.add(END);
  }

  /**
   * Writes messages until the end, and a comment whenever none came for a while.
   *
   * @throws IOException if the peer is gone or was too slow
   */
  void pump(OutputStream out, Duration heartbeat) throws IOException, InterruptedException {
    while (true) {
      @Nullable Message message = queue.poll();
      if (message == null) {
        out.flush();
        message = queue.poll(heartbeat.toNanos(), TimeUnit.NANOSECONDS);
      }
      if (overflowed) {
        throw new IOException("the peer reads too slowly");
      }
      if (message == null) {
        out.write(HEARTBEAT);
        continue;
      }
      if (message.isEnd()) {
        return;
      }
      waitingBytes.addAndGet(-message.cost());
      out.write(ascii("event: claude\nid: " + message.seq() + "\n"));
      data(out, message.event().json());
    }
  }

  // A line end inside the data would end the field: such data takes several lines, which the
  // reader joins again. JSON has line ends only between its tokens.
  private static void data(OutputStream out, byte[] data) throws IOException {
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n' || data[i] == '\r') {
        line(out, data, start, i);
        start = i + 1;
      }
    }
    line(out, data, start, data.length);
    out.write(LINE_END);
  }

  private static void line(OutputStream out, byte[] data, int start, int end) throws IOException {
    out.write(DATA);
    out.write(data, start, end - start);
    out.write(LINE_END);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
