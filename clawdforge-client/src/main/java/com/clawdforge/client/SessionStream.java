package com.clawdforge.client;

import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedSession;
import java.util.Iterator;

/**
 * All turns of a session, whoever starts them, past and future ones, until the session is closed.
 * If the connection breaks, the stream reconnects and goes on, and gives each event once. One
 * thread may iterate, once; any thread may call {@link #close}. Iterating throws {@link
 * ForgeException}; a turn that fails is an event.
 *
 * <pre>{@code
 * try (SessionStream events = session.watch()) {
 *   for (SessionEvent event : events) {
 *     if (event instanceof SessionEvent.TurnEnded ended) {
 *       System.out.println("turn " + ended.turnIndex() + ": " + ended.stopReason());
 *     }
 *   }
 * }
 * }</pre>
 */
public final class SessionStream implements Iterable<SessionEvent>, AutoCloseable {
  private final StreamedSession<SessionEvent> session;
  private final BlockingFollower<SessionEvent, Boolean> follower;
  private volatile String lastEventId;

  SessionStream(
      StreamedSession<SessionEvent> session, BlockingFollower<SessionEvent, Boolean> follower) {
    this.session = session;
    this.follower = follower;
    this.lastEventId = session.lastEventId();
  }

  /** Iterates over the events that were not read yet; ends when the session is closed. */
  @Override
  public Iterator<SessionEvent> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return follower.hasNext();
      }

      @Override
      public SessionEvent next() {
        SessionEvent event = follower.next();
        // What was read ahead comes from the same message.
        lastEventId = session.lastEventId();
        return event;
      }
    };
  }

  /**
   * The place of the last event that was returned, for {@link Session#watch(String)}, also of
   * another program; empty before the first one.
   */
  public String lastEventId() {
    return lastEventId;
  }

  /** Closes the connection; the session goes on. Idempotent. */
  @Override
  public void close() {
    follower.close();
  }

  /** Leaves out the events: this may be logged. */
  @Override
  public String toString() {
    return "SessionStream[" + follower + "]";
  }
}
