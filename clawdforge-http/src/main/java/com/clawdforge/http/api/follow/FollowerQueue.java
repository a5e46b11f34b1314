package com.clawdforge.http.api.follow;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventFollower;
import com.clawdforge.http.web.sse.SseWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A queue of a run's messages for one client. The run's thread adds messages and never waits; the
 * request's thread writes them as server-sent events, at the speed of its peer. A peer that falls
 * too far behind is dropped, and the run continues.
 */
public final class FollowerQueue implements EventFollower {
  private static final long MAX_WAITING_BYTES = 64L << 20;
  // With many tiny messages, the objects around them take most of the memory.
  private static final long OVERHEAD_BYTES = 128;
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

  public FollowerQueue() {
    this(MAX_WAITING_BYTES);
  }

  public FollowerQueue(long maxWaitingBytes) {
    this.maxWaitingBytes = maxWaitingBytes;
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

  /** Marks the end: no message follows. */
  public void end() {
    queue.add(END);
  }

  /**
   * Writes messages until the end, and a comment after each heartbeat interval without one.
   *
   * @throws IOException if the peer is gone or too slow
   */
  public void pump(SseWriter out, Duration heartbeat) throws IOException, InterruptedException {
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
        out.comment();
        continue;
      }
      if (message.isEnd()) {
        return;
      }
      waitingBytes.addAndGet(-message.cost());
      out.event("claude", Long.toString(message.seq()), message.event().json());
    }
  }
}
