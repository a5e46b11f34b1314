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

/** The sessions that have turns in this process; each is there as long as somebody uses it. */
final class LiveSessions {
  private static final int MAX_WAITING = 16;

  private final Map<String, LiveSession> live = new ConcurrentHashMap<>();

  /** A session whose turns go one by one, first come, first served. */
  static final class LiveSession {
    final Places line = new Places(1, MAX_WAITING);

    /** Held while a turn takes its place in line and in the ledger, so that the two agree. */
    final Lock accepting = new ReentrantLock();

    final List<LiveTurn> turns = new CopyOnWriteArrayList<>();
    private int users;
  }

  /** The session, for one more user, who must {@link #leave} it. */
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

  /** The turns of a session that wait or run, in their order. */
  List<LiveTurn> turns(String sessionId) {
    @Nullable LiveSession session = live.get(sessionId);
    return session == null ? List.of() : List.copyOf(session.turns);
  }

  /** As {@link #turns(String)}, once no turn is just being accepted. */
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

  /** Takes a turn out that is over; its session is left by whoever entered it for the turn. */
  void forget(LiveTurn turn) {
    @Nullable LiveSession session = live.get(turn.accepted().sessionId());
    if (session != null) {
      session.turns.remove(turn);
    }
  }

  /** The turn of that index, if it waits or runs. */
  Optional<LiveTurn> turn(String sessionId, int index) {
    return turns(sessionId).stream().filter(turn -> turn.accepted().index() == index).findFirst();
  }

  /** As {@link #turn}, once no turn is just being accepted: whatever the store has is here then. */
  Optional<LiveTurn> settledTurn(String sessionId, int index) {
    return settledTurns(sessionId).stream()
        .filter(turn -> turn.accepted().index() == index)
        .findFirst();
  }

  /** The turn that has the session to itself, if there is one; not before the store has it. */
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
