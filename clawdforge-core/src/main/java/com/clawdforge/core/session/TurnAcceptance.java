package com.clawdforge.core.session;

import com.clawdforge.core.agent.Attachment;
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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings turns into their session's line, once for each key. */
final class TurnAcceptance {
  private final TurnStore store;
  private final LiveSessions live;
  private final TurnWork work;
  private final SessionLimits limits;
  private final Clock clock;
  private final Admission admission;
  private final WorkObserver observer;

  /** Makes the way in for turns of one ledger. */
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
   * Gives a turn its place in the session's line and in the ledger, and starts it.
   *
   * @param terms of its session
   * @param attachments the turn's once it is accepted
   * @return the turn, or an earlier one under its key, or empty if the session is closed
   */
  Optional<TurnTicket> accept(
      Turn asked, SessionTerms terms, TurnRequest request, List<Attachment> attachments) {
    LiveSessions.LiveSession place = live.enter(asked.sessionId());
    place.accepting.lock();
    try {
      // Again: a turn with the same key may just have been accepted, and this one would wait behind
      // itself.
      Optional<TurnTicket> earlier = join(asked.tokenId(), asked.sessionId(), request.key());
      if (earlier.isPresent()) {
        return earlier;
      }
      LiveTurn turn = new LiveTurn(asked, request, attachments, claim(place, request));
      boolean started = false;
      // Before it is in the store, and before it may still be refused, so that either that look, or
      // the closing of the session, or the end of the token, or drain() sees the other.
      place.turns.add(turn);
      try {
        admission.refuseAfterAll(asked.tokenId());
        Optional<TurnTicket> ticket = add(turn);
        if (ticket.isEmpty() || ticket.get().replayed()) {
          return ticket;
        }
        turn.watchedBy(WorkWatch.of(observer, known(turn.accepted(), terms)));
        work.start(turn);
        started = true;
        return ticket;
      } finally {
        if (!started) {
          place.turns.remove(turn);
          turn.ticket().close();
          if (turn.accepted().index() > 0) {
            // The store has it, and the session would have a waiting turn for ever.
            work.giveUp(turn);
            live.leave(asked.sessionId());
          }
          turn.abandon(new IllegalStateException("the turn was not started"));
        }
      }
    } finally {
      place.accepting.unlock();
      live.leave(asked.sessionId());
    }
  }

  private static WorkObserver.Accepted known(Turn turn, SessionTerms terms) {
    return new WorkObserver.Accepted(
        WorkObserver.Kind.TURN,
        turn.sessionId(),
        turn.index(),
        turn.appName(),
        terms.agent(),
        terms.model(),
        turn.requestId());
  }

  private Optional<TurnTicket> add(LiveTurn turn) {
    TurnRequest request = turn.request;
    Turn asked = turn.accepted();
    TurnStore.TurnAdded added =
        store.addTurn(
            asked,
            limits.keepContent() ? request.prompt() : null,
            request.key(),
            asked.createdAt().minus(IdempotencyKey.REMEMBERED));
    return switch (added) {
      case TurnStore.TurnAdded.Added now -> {
        turn.numbered(now.turn());
        live.enter(asked.sessionId());
        yield Optional.of(turn.ticket(false));
      }
      case TurnStore.TurnAdded.Earlier earlier ->
          Optional.of(join(earlier, asked.sessionId(), request.key()));
      case TurnStore.TurnAdded.Closed closed -> Optional.empty();
    };
  }

  private static Places.Place claim(LiveSessions.LiveSession session, TurnRequest request) {
    Places.Place place = session.line.ask().orElseThrow(TurnAcceptance::inProgress);
    if (!request.queue() && !place.granted()) {
      place.close();
      throw inProgress();
    }
    return place;
  }

  /** The turn that the token's app asked for under a key before; none without a key. */
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
    // Not running: it was over when the store looked, or ended between the two looks.
    return new OverTicket(store, store.turn(sessionId, turn.index()).orElse(turn));
  }

  private record OverTicket(TurnStore store, Turn turn) implements TurnTicket {
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
