package com.clawdforge.core.session;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.Admission;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Places;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkWatch;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts turns into their session's queue, once for each key. */
final class TurnAcceptance {
  private final TurnStore store;
  private final LiveSessions live;
  private final TurnWork work;
  private final SessionLimits limits;
  private final Clock clock;
  private final Admission admission;
  private final WorkObserver observer;

  TurnAcceptance(
      TurnStore store,
      LiveSessions live,
      TurnWork work,
      SessionLimits limits,
      Clock clock,
      Admission admission,
      WorkObserver observer) {
    this.store = store;
    this.live = live;
    this.work = work;
    this.limits = limits;
    this.clock = clock;
    this.admission = admission;
    this.observer = observer;
  }

  /**
   * Queues a turn in its session, records it and starts it.
   *
   * @param terms those of its session
   * @param held belongs to the turn once it is accepted
   * @return the turn, or an earlier one under its key, or empty if the session is closed
   */
  Optional<TurnTicket> accept(
      Turn requested, SessionTerms terms, TurnRequest request, LiveTurn.Held held) {
    LiveSessions.LiveSession session = live.enter(requested.sessionId());
    session.accepting.lock();
    try {
      // Again: a turn with the same key may just have been accepted, and a repeated request would
      // queue behind it.
      Optional<TurnTicket> earlier =
          join(requested.tokenId(), requested.sessionId(), request.key());
      return earlier.isPresent()
          ? earlier
          : start(
              session,
              new LiveTurn(
                  requested, held, request.timeout(), claim(session, request, held), clock),
              terms,
              request);
    } finally {
      session.accepting.unlock();
      live.leave(requested.sessionId());
    }
  }

  private Optional<TurnTicket> start(
      LiveSessions.LiveSession session, LiveTurn turn, SessionTerms terms, TurnRequest request) {
    boolean started = false;
    // Before the store has it and before the last check, so that either these see a closed session,
    // a revoked token or a shutdown, or the end of all turns sees this one.
    session.turns.add(turn);
    try {
      admission.refuseAfterAll(turn.tokenId());
      Optional<TurnTicket> ticket = add(turn, request);
      if (ticket.isPresent() && !ticket.get().replayed()) {
        turn.watchedBy(WorkWatch.of(observer, describe(turn.accepted(), terms)));
        work.start(turn);
        started = true;
      }
      return ticket;
    } finally {
      if (!started) {
        session.turns.remove(turn);
        turn.ticket().close();
        if (turn.accepted().index() > 0) {
          // The store has it; without an end it would keep the session busy for ever.
          work.recordNotStarted(turn);
          live.leave(turn.accepted().sessionId());
        }
        turn.abandon(new IllegalStateException("the turn was not started"));
      }
    }
  }

  private static WorkObserver.Accepted describe(Turn turn, SessionTerms terms) {
    return new WorkObserver.Accepted(
        WorkObserver.Kind.TURN,
        turn.sessionId(),
        turn.index(),
        turn.appName(),
        terms.agent(),
        terms.model(),
        turn.requestId());
  }

  private Optional<TurnTicket> add(LiveTurn turn, TurnRequest request) {
    Turn accepted = turn.accepted();
    TurnStore.TurnAdded added =
        store.addTurn(
            accepted,
            limits.keepContent() ? request.prompt() : null,
            request.key(),
            accepted.createdAt().minus(IdempotencyKey.REMEMBERED));
    return switch (added) {
      case TurnStore.TurnAdded.Added now -> {
        turn.numbered(now.turn(), store);
        live.enter(accepted.sessionId());
        yield Optional.of(turn.ticket(false));
      }
      case TurnStore.TurnAdded.Earlier earlier ->
          Optional.of(join(earlier, accepted.sessionId(), request.key()));
      case TurnStore.TurnAdded.Closed closed -> Optional.empty();
    };
  }

  private Places.Place claim(
      LiveSessions.LiveSession session, TurnRequest request, LiveTurn.Held held) {
    Places.Place place = session.queue.ask().orElseThrow(TurnAcceptance::inProgress);
    boolean claimed = false;
    try {
      if (!request.queue() && !place.granted()) {
        throw inProgress();
      }
      // Now and not once it waits for a place, so that its caller is told if there is no room for
      // it.
      if (!place.granted() || work.mustWait(held.caller().tokenId())) {
        held.prompt().putAside();
      }
      claimed = true;
      return place;
    } finally {
      if (!claimed) {
        place.close();
      }
    }
  }

  /** As {@link #join}, once the turns that are just being accepted in the session are. */
  Optional<TurnTicket> joinAccepted(
      String tokenId, String sessionId, @Nullable IdempotencyKey key) {
    if (key == null) {
      return Optional.empty();
    }
    LiveSessions.LiveSession session = live.enter(sessionId);
    session.accepting.lock();
    try {
      return join(tokenId, sessionId, key);
    } finally {
      session.accepting.unlock();
      live.leave(sessionId);
    }
  }

  /** Finds the turn of an earlier request with the same key; empty without a key. */
  Optional<TurnTicket> join(String tokenId, String sessionId, @Nullable IdempotencyKey key) {
    return key == null
        ? Optional.empty()
        : store
            .findTurn(tokenId, key.value(), clock.instant().minus(IdempotencyKey.REMEMBERED))
            .map(earlier -> join(earlier, sessionId, key));
  }

  private TurnTicket join(
      TurnStore.TurnAdded.Earlier earlier, String sessionId, @Nullable IdempotencyKey key) {
    Turn turn = earlier.turn();
    earlier.key().requireSame(key);
    if (!turn.sessionId().equals(sessionId)) {
      throw IdempotencyKey.conflict();
    }
    Optional<LiveTurn> running =
        turn.state().over() ? Optional.empty() : live.settledTurn(sessionId, turn.index());
    if (running.isPresent()) {
      return running.get().ticket(true);
    }
    // Not running: it had ended before the store looked it up, or has ended since.
    return new EndedTicket(store, store.turn(sessionId, turn.index()).orElse(turn));
  }

  private record EndedTicket(TurnStore store, Turn turn) implements TurnTicket {
    @Override
    public int turnIndex() {
      return turn.index();
    }

    @Override
    public boolean replayed() {
      return true;
    }

    @Override
    public Turn await() {
      if (!turn.state().over()) {
        throw new StoreException("the end of the turn could not be recorded", null);
      }
      return turn;
    }

    @Override
    public EventReader events(long after) {
      return new StoredEvents(store, turn.sessionId(), turn.index(), after);
    }
  }

  private static Refusal inProgress() {
    return Refusal.of(
        ErrorCode.TURN_IN_PROGRESS,
        "another turn of this session is running; wait for it or cancel it");
  }
}
