package com.clawdforge.acpx.turn;

import com.clawdforge.core.agent.AgentTask;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The turns of a driver that are not over, at most one of each session. Safe for any thread. */
public final class LiveTurns {
  private final String thread;
  private final Map<String, SessionTurn> live = new ConcurrentHashMap<>();

  /**
   * @param thread the beginning of the names of the threads that supervise them
   */
  public LiveTurns(String thread) {
    this.thread = thread;
  }

  /** Starts a turn. */
  public AgentTask start(String sessionId, SessionTurn turn) {
    live.put(sessionId, turn);
    boolean started = false;
    try {
      turn.start(thread, () -> live.remove(sessionId, turn));
      started = true;
    } finally {
      if (!started) {
        // Otherwise endAll() would wait for it for ever.
        live.remove(sessionId, turn);
      }
    }
    return turn;
  }

  /** Whether a session has a turn. */
  public boolean has(String sessionId) {
    return live.containsKey(sessionId);
  }

  /**
   * Ends a session's turn, if it has one, together with its agent.
   *
   * @throws IllegalStateException if this thread was interrupted while it waited for the turn
   */
  public void abandon(String sessionId) {
    SessionTurn turn = live.get(sessionId);
    if (turn != null) {
      turn.abandon();
      if (!await(List.of(turn))) {
        throw new IllegalStateException(
            "interrupted while the turn of session " + sessionId + " was ending");
      }
    }
  }

  /** Cancels all turns, and waits for their ends. */
  public void endAll() {
    List<SessionTurn> turns = List.copyOf(live.values());
    turns.forEach(SessionTurn::cancel);
    await(turns);
  }

  // False if the thread was interrupted.
  private static boolean await(Collection<SessionTurn> turns) {
    try {
      for (SessionTurn turn : turns) {
        turn.await();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
