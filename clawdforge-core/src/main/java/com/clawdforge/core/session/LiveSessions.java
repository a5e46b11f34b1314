package com.clawdforge.core.session;

import com.clawdforge.core.work.Places;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sessions with turns in this process. A session stays here while it has users. */
final class LiveSessions {
  private static final int MAX_WAITING = 16;

  private final Map<String, LiveSession> live = new ConcurrentHashMap<>();

  /** A session whose turns run one at a time, in order of arrival. */
  static final class LiveSession {
    final Places queue = new Places(1, MAX_WAITING);

    /** Held while a turn enters the queue and the ledger, so that their orders agree. */
    final Lock accepting = new ReentrantLock();

    final List<LiveTurn> turns = new CopyOnWriteArrayList<>();
    private int users;
  }

  /** Returns the session for one more user, which must {@link #leave} it. */
  LiveSession enter(String sessionId) {
    return live.compute(
        sessionId,
        (id, known) -> {
          LiveSession session = known == null ? new LiveSession() : known;
          session.users++;
          return session;
        });
  }

  void leave(String sessionId) {
    live.computeIfPresent(sessionId, (id, session) -> --session.users == 0 ? null : session);
  }

  /** The waiting and running turns of a session, in order. */
  List<LiveTurn> turns(String sessionId) {
    @Nullable LiveSession session = live.get(sessionId);
    return session == null ? List.of() : List.copyOf(session.turns);
  }

  /** As {@link #turns(String)}, but waits until no turn is being accepted. */
  List<LiveTurn> settledTurns(String sessionId) {
    LiveSession session = enter(sessionId);
    try {
      session.accepting.lock();
      try {
        return List.copyOf(session.turns);
      } finally {
        session.accepting.unlock();
      }
    } finally {
      leave(sessionId);
    }
  }

  /** Removes an ended turn. The code that entered its session must still leave it. */
  void forget(LiveTurn turn) {
    @Nullable LiveSession session = live.get(turn.accepted().sessionId());
    if (session != null) {
      session.turns.remove(turn);
    }
  }

  /** The turn with this index, if it waits or runs. */
  Optional<LiveTurn> turn(String sessionId, int index) {
    return turns(sessionId).stream().filter(turn -> turn.accepted().index() == index).findFirst();
  }

  /**
   * As {@link #turn}, but waits until no turn is being accepted: then all unfinished turns of the
   * store are here.
   */
  Optional<LiveTurn> settledTurn(String sessionId, int index) {
    return settledTurns(sessionId).stream()
        .filter(turn -> turn.accepted().index() == index)
        .findFirst();
  }

  /** The turn that occupies the session, once the store has it. */
  Optional<LiveTurn> running(String sessionId) {
    return turns(sessionId).stream()
        .filter(turn -> turn.ticket().granted() && turn.accepted().index() > 0)
        .findFirst();
  }

  /** All turns that wait or run. */
  List<LiveTurn> turns() {
    return live.values().stream().flatMap(session -> session.turns.stream()).toList();
  }
}
