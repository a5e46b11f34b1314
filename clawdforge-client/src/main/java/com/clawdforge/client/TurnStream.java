package com.clawdforge.client;

import com.clawdforge.client.internal.stream.BlockingFollower;
import java.util.Iterator;

/**
 * A turn while it happens: each event once and in order, as soon as the agent sent it, and at the
 * end the result. When the connection breaks, the turn goes on; the stream connects again and goes
 * on where it was. For one thread, and for one pass; {@link #close} and {@link #cancel} may come
 * from any thread. What goes through the events throws {@link ForgeException}: {@link
 * ForgeApiException} if the turn failed.
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

  /** The events that were not taken yet. */
  @Override
  public Iterator<TurnEvent> iterator() {
    return follower;
  }

  /** Waits for the end of the turn and gives all of it. */
  public TurnResult result() {
    return follower.result();
  }

  /**
   * Cancels the turn, running or waiting; it ends soon, and the session stays open.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancel() {
    return follower.cancel();
  }

  /** Ends the connection, not the turn; idempotent. */
  @Override
  public void close() {
    follower.close();
  }

  /** Not what was said: this may be logged. */
  @Override
  public String toString() {
    return "TurnStream[" + follower + "]";
  }
}
