package com.clawdforge.core.session;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.HeldPrompt;
import com.clawdforge.core.work.EventLog;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.LiveWork;
import com.clawdforge.core.work.Places;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A turn that waits or runs in this process. Its ticket is its place in the session's queue. */
final class LiveTurn extends LiveWork<Turn> {
  final Held held;
  private volatile Turn accepted;
  private volatile @Nullable Turn started;

  /**
   * What a turn holds.
   *
   * @param caller whose it is
   * @param reserved what it may cost; given back once its cost is recorded
   */
  record Held(
      Caller caller,
      List<Attachment> attachments,
      Budgets.Reservation reserved,
      HeldPrompt prompt) {}

  /**
   * @param timeout from now on
   */
  LiveTurn(Turn turn, Held held, Duration timeout, Places.Place ticket, Clock clock) {
    super(turn.tokenId(), held.attachments(), ticket, new EventLog(true), timeout, clock);
    this.accepted = turn;
    this.held = held;
  }

  @Override
  protected void forgetPrompt() {
    held.prompt().close();
  }

  /** The turn as it was accepted; its index is 0 until the store assigns one. */
  Turn accepted() {
    return accepted;
  }

  /**
   * Call before anybody reads its events.
   *
   * @param store has those that are recorded already
   */
  void numbered(Turn turn, TurnStore store) {
    accepted = turn;
    events()
        .archiveIn(
            seq -> store.events(turn.sessionId(), turn.index(), seq, StoredEvents.BATCH_BYTES));
  }

  /** The agent is started for it. */
  void begin(Turn asStarted) {
    started = asStarted;
  }

  boolean begun() {
    return started != null;
  }

  /** The turn as it was started, or else as it was accepted. */
  Turn latest() {
    @Nullable Turn begun = started;
    return begun == null ? accepted : begun;
  }

  TurnTicket ticket(boolean replayed) {
    return new Ticket(this, replayed);
  }

  @Override
  public String toString() {
    return "turn " + accepted.index() + " of session " + accepted.sessionId();
  }

  private record Ticket(LiveTurn turn, boolean replayed) implements TurnTicket {
    @Override
    public int turnIndex() {
      return turn.accepted.index();
    }

    @Override
    public Turn await() throws InterruptedException {
      return turn.await();
    }

    @Override
    public EventReader events(long after) {
      return turn.events().from(after);
    }
  }
}
