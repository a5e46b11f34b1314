package com.clawdforge.client;

import com.clawdforge.client.internal.stream.BlockingFollower;
import java.util.Iterator;

/**
 * The events of a turn while it happens, each once and in order, and at the end its result. If the
 * connection breaks, the turn goes on, and the stream reconnects and resumes. One thread may
 * iterate, once; any thread may call {@link #close} and {@link #cancel}. Iterating throws {@link
 * ForgeException}, and {@link ForgeApiException} if the turn failed.
 *
 * <pre>{@code
 * try (TurnStream turn = session.stream("Look around.")) {
 *   for (TurnEvent event : turn) {
 *     if (event instanceof TurnEvent.Text text) {
 *       System.out.print(text.text());
 *     }
 *   }
 *   System.out.println(turn.result().stopReason());
 * }
 * }</pre>
 */
public final class TurnStream implements Iterable<TurnEvent>, AutoCloseable {
  private final BlockingFollower<TurnEvent, TurnResult> follower;

  TurnStream(BlockingFollower<TurnEvent, TurnResult> follower) {
    this.follower = follower;
  }

  /** Iterates over the events that were not read yet. */
  @Override
  public Iterator<TurnEvent> iterator() {
    return follower;
  }

  /** Waits for the end of the turn and returns its result, all events included. */
  public TurnResult result() {
    return follower.result();
  }

  /**
   * Cancels the turn, running or queued. It ends soon, and the session stays open.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancel() {
    return follower.cancel();
  }

  /** Closes the connection; the turn goes on. Idempotent. */
  @Override
  public void close() {
    follower.close();
  }

  /** Leaves out the events: this may be logged. */
  @Override
  public String toString() {
    return "TurnStream[" + follower + "]";
  }
}
