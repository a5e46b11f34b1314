package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.EventReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reader's position in a whole session: its turns one after the other, with their events, what
 * the agent sent between them, and the end of the session. Past and future look the same to it. A
 * slow reader delays nothing. For one thread.
 */
public final class SessionFeed implements AutoCloseable {
  private final String sessionId;
  private final TurnService turns;
  private final SessionStore sessions;
  private final TurnStore store;
  private final SessionNews news;
  private final SessionNews.Topic topic;
  // The turn that was read last, or is; 0 before the first.
  private int index;
  private long after;
  private @Nullable EventReader reader;
  private boolean left;

  /** What a reader comes across. */
  public sealed interface Step {
    /** Nothing happened in time. */
    record Nothing() implements Step {}

    /** A turn has begun, or ended without that. */
    record Begun(Turn turn) implements Step {}

    /**
     * Messages of the agent, at least one.
     *
     * @param turnIndex the turn to which they belong, or after which they came
     * @param after the seq before the first one's; it goes on counting after the turn
     */
    record Events(int turnIndex, long after, List<AgentEvent> events) implements Step {
      public Events {
        events = List.copyOf(events);
      }
    }

    /** A turn is over, unless its end could not be recorded: then it is in no final state. */
    record Over(Turn turn) implements Step {}

    /** The session is closed, and nothing will follow. */
    record Closed(Session session) implements Step {}

    /**
     * Nothing will follow here: the server stops, the token was revoked, or the session is gone.
     */
    record Cut(Refusal why) implements Step {}
  }

  /**
   * @param turn the turn to begin in, or null to begin before the first
   * @param after of its events those up to this seq are left out
   */
  SessionFeed(
      String sessionId,
      TurnService turns,
      SessionStore sessions,
      TurnStore store,
      SessionNews news,
      @Nullable Turn turn,
      long after) {
    this.sessionId = sessionId;
    this.turns = turns;
    this.sessions = sessions;
    this.store = store;
    this.news = news;
    this.topic = news.follow(sessionId);
    this.after = after;
    if (turn != null) {
      index = turn.index();
      reader = turns.events(turn, after);
    }
  }

  /**
   * Returns what is next; waits for it.
   *
   * @throws com.clawdforge.core.error.StoreException if the ledger cannot be read
   */
  public Step next(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
      @Nullable Step step = reader == null ? betweenTurns(left) : inTurn(reader, left);
      if (step != null) {
        return step;
      }
    }
  }

  private @Nullable Step inTurn(EventReader events, Duration atMost) throws InterruptedException {
    EventReader.Batch batch = events.next(atMost);
    after = batch.end();
    if (batch.last()) {
      reader = null;
      if (batch.events().isEmpty()) {
        return over();
      }
      // The turn's end is the next step.
      reader = ignored -> new EventReader.Batch(after, List.of(), true);
    }
    return batch.events().isEmpty()
        ? new Step.Nothing()
        : new Step.Events(index, batch.after(), batch.events());
  }

  private Step over() {
    Optional<Turn> turn = store.turn(sessionId, index);
    return turn.isPresent() ? new Step.Over(turn.get()) : gone();
  }

  private Step gone() {
    return new Step.Cut(Refusal.notFound("session", sessionId));
  }

  private @Nullable Step betweenTurns(Duration atMost) throws InterruptedException {
    long seen = topic.version();
    // In this order: what came before the next turn, or the close, is read before these are told.
    boolean complete = news.allWritten(sessionId);
    Optional<Session> session = sessions.find(null, sessionId);
    Optional<Turn> next = turns.begun(sessionId, index + 1);
    EventReader.Batch later = later();
    if (!later.events().isEmpty()) {
      after = later.end();
      return new Step.Events(index, later.after(), later.events());
    }
    if (complete && next.isPresent()) {
      index++;
      after = 0;
      reader = turns.events(next.get(), 0);
      return new Step.Begun(next.get());
    }
    if (session.isEmpty()) {
      return gone();
    }
    if (complete && session.get().closed() && store.turn(sessionId, index + 1).isEmpty()) {
      return new Step.Closed(session.get());
    }
    @Nullable Refusal refused = turns.refusal(session.get().tokenId());
    if (refused != null) {
      return new Step.Cut(refused);
    }
    return topic.await(seen, atMost) ? null : new Step.Nothing();
  }

  private EventReader.Batch later() {
    return index == 0
        ? new EventReader.Batch(0, List.of(), false)
        : store.eventsAfterEnd(sessionId, index, after, StoredEvents.BATCH_BYTES);
  }

  /** Ends the reading. */
  @Override
  public void close() {
    if (!left) {
      left = true;
      topic.close();
    }
  }
}
