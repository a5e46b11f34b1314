package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.Places;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes an accepted turn from the queue to its record, on its own thread. */
final class TurnWork {
  private static final System.Logger log = System.getLogger(TurnWork.class.getName());
  private static final String TURN = "turn";

  /** As much as an agent may send after a turn. */
  private static final long MAX_BYTES_AFTERWARDS = 16L << 20;

  private final SessionStore store;
  private final AgentSessions agents;
  private final TurnJournal journal;
  private final Shares shares;
  private final SessionLimits limits;
  private final Clock clock;
  private final Places places;
  private final SessionNews news;
  private final BiConsumer<LiveTurn, Turn> onDone;
  private final ThreadFactory threads;

  /**
   * @param clock in milliseconds
   * @param onDone receives each turn whose work is done, and its record, before its outcome is
   *     known
   */
  TurnWork(
      SessionStore store,
      AgentSessions agents,
      TurnJournal journal,
      Shares shares,
      SessionLimits limits,
      Clock clock,
      SessionNews news,
      BiConsumer<LiveTurn, Turn> onDone,
      ThreadFactory threads) {
    this.store = store;
    this.agents = agents;
    this.journal = journal;
    this.shares = shares;
    this.limits = limits;
    this.clock = clock;
    this.places = shares.places(limits.maxConcurrent(), limits.maxWaiting());
    this.news = news;
    this.onDone = onDone;
    this.threads = threads;
  }

  /** Whether a turn of a token would have to wait for a place now, if its session is free. */
  boolean mustWait(String tokenId) {
    return places.mustWait(tokenId);
  }

  /** How many turns have a place now. */
  int taken() {
    return places.taken();
  }

  /**
   * Starts a turn and returns at once. It completes, or is abandoned if its end cannot be recorded.
   */
  void start(LiveTurn turn) {
    Turn accepted = turn.accepted();
    Thread thread = threads.newThread(() -> work(turn));
    thread.setName("turn-" + accepted.sessionId() + "." + accepted.index());
    thread.start();
  }

  // Catches errors too: whatever fails here, callers wait for the outcome.
  private void work(LiveTurn turn) {
    try {
      Turn ended = execute(turn);
      record(ended);
      release(turn, ended);
      turn.watch().ended(WorkObserver.Ended.of(ended, ended.contextLost()));
      turn.complete(ended);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, turn + " could not be recorded", e);
      Turn lost = broken(turn);
      release(turn, lost);
      turn.watch().ended(WorkObserver.Ended.of(lost, false));
      turn.abandon(e);
    }
  }

  /** Records a turn that the store has but that could not be started. */
  void recordNotStarted(LiveTurn turn) {
    Turn lost = broken(turn);
    journal.add(new TurnRecord.Ended(lost, false));
    turn.watch().ended(WorkObserver.Ended.of(lost, false));
  }

  // The session's next turn starts only once this one is on disk, because it continues from there.
  // It starts before the outcome is known: a caller that is answered may send a request at once.
  private void release(LiveTurn turn, Turn recorded) {
    turn.close();
    onDone.accept(turn, recorded);
  }

  private Turn execute(LiveTurn turn) {
    try {
      return waitAndRun(turn);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a turn's thread is never interrupted", e);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, turn + " failed inside the gateway", e);
      return broken(turn);
    }
  }

  private Turn waitAndRun(LiveTurn turn) throws InterruptedException {
    boolean first = turn.ticket().await(turn.remaining());
    @Nullable CancelReason reason = turn.cancelReason();
    if (reason != null) {
      return ended(turn, WorkEnd.cancelled(reason, TURN));
    }
    // Also if the ticket was granted only as time ran out: a free place would not have helped.
    if (!first || !turn.remaining().isPositive()) {
      return ended(turn, WorkEnd.timedOut(WorkError.timedOutBehindTurn()));
    }
    Optional<Places.Place> place = shares.ask(places, turn.held.caller());
    if (place.isEmpty()) {
      return ended(turn, WorkEnd.failed(noRoom(turn)));
    }
    try (Places.Place taken = place.get()) {
      turn.waitFor(taken);
      if (!taken.granted()) {
        putAside(turn);
      }
      @Nullable WorkEnd end = turn.awaitPlace(taken, limits.maxWait(), TURN, () -> noRoom(turn));
      if (end != null) {
        return ended(turn, end);
      }
      return runInPlace(turn);
    } catch (Refusal noRoomOrMoney) {
      return ended(turn, WorkEnd.failed(WorkError.of(noRoomOrMoney)));
    }
  }

  // The turn was accepted: if the disk is full, its prompt stays in memory.
  private static void putAside(LiveTurn turn) {
    try {
      turn.held.prompt().putAside();
    } catch (StoreException e) {
      log.log(System.Logger.Level.WARNING, "the prompt of " + turn + " waits in memory", e);
    }
  }

  private WorkError noRoom(LiveTurn turn) {
    return WorkError.of(shares.noPlace(turn.held.caller(), limits.noRoomForTurn()));
  }

  private Turn runInPlace(LiveTurn turn) throws InterruptedException {
    // Read now: the turn before may have changed the agent's id of the conversation.
    Optional<Session> session = store.find(null, turn.accepted().sessionId());
    if (session.isEmpty() || session.get().closed()) {
      return ended(turn, WorkEnd.cancelled(CancelReason.SESSION_CLOSED, TURN));
    }
    BackgroundCost.record(session.get(), agents, shares.models(), store, clock);
    turn.held.reserved().requireMoney(shares.of(turn.held.caller()));
    return runAgent(turn, session.get());
  }

  private Turn runAgent(LiveTurn turn, Session session) throws InterruptedException {
    // First: if it cannot be read, nothing was started.
    String prompt = turn.held.prompt().take();
    Turn started = turn.accepted().started(turn.now());
    journal.add(new TurnRecord.Started(started));
    turn.begin(started);
    news.tell(session.id());
    turn.watch().started();
    try (ModelSpending.Account money = account(turn, session)) {
      return runAgent(turn, session, prompt, money);
    }
  }

  private Turn runAgent(LiveTurn turn, Session session, String prompt, ModelSpending.Account money)
      throws InterruptedException {
    Listener listener = new Listener(turn, session);
    try {
      AgentTask agent =
          agents.prompt(
              session.forAgent(),
              new Prompt(prompt, turn.attachments(), turn.patience()),
              listener);
      turn.attach(agent);
      AgentOutcome ended = agent.await();
      noteMetered(turn, money);
      AgentOutcome outcome = money.outcome(ended, () -> noMoney(money));
      listener.over();
      WorkEnd end = WorkEnd.of(outcome, turn.cancelReason(), TURN);
      return turn.latest().ended(end, turn.now(), listener.contextLost);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, turn + " failed inside the gateway", e);
      noteMetered(turn, money);
      WorkEnd end = new WorkEnd(WorkState.FAILED, money.withoutOutcome(), WorkError.broken());
      return turn.latest().ended(end, turn.now(), false);
    }
  }

  // An agent of a session cannot be told what it may spend, and so may have more while there is
  // any.
  private ModelSpending.Account account(LiveTurn turn, Session session) {
    Budgets.Reservation reserved = turn.held.reserved();
    return shares
        .models()
        .openTurn(
            session.id(),
            session.terms().background(),
            reserved.most(),
            missing -> reserved.more(shares.of(turn.held.caller()), missing));
  }

  private static void noteMetered(LiveTurn turn, ModelSpending.Account money) {
    if (money.isMetered()) {
      turn.held.reserved().meter();
    }
  }

  private static String noMoney(ModelSpending.Account money) {
    return "the budget of this token is used up; the turn has cost %s USD, and the session goes on"
            .formatted(money.spent().stripTrailingZeros().toPlainString())
        + " with the next turn that there is money for";
  }

  private Turn ended(LiveTurn turn, WorkEnd end) {
    return turn.accepted().ended(end, turn.now(), false);
  }

  private Turn broken(LiveTurn turn) {
    return turn.latest().ended(WorkEnd.failed(WorkError.broken()), turn.now(), false);
  }

  // The caller is answered only after this, so that every answer is on disk.
  private void record(Turn ended) {
    try {
      journal.addUrgently(new TurnRecord.Ended(ended, WorkError.forgetsKey(ended))).get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a turn's thread is never interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException broken
          ? broken
          : new StoreException("the turn could not be recorded", e.getCause());
    }
  }

  private final class Listener implements TurnListener {
    private final Session session;
    private final int index;
    // Null once it is over: an agent that is awake may keep this listener for long, and the turn
    // has its prompt and its latest events.
    private @Nullable LiveTurn turn;
    private final List<AgentEvent> afterwards = new ArrayList<>();
    private volatile boolean contextLost;
    private long lastSeq;
    private long bytesAfterwards;

    private Listener(LiveTurn turn, Session session) {
      this.turn = turn;
      this.index = turn.accepted().index();
      this.session = session;
    }

    @Override
    public void onConversation(String conversationId) {
      @Nullable String before = session.conversationId();
      contextLost = before != null && !before.equals(conversationId);
      journal.add(new TurnRecord.PromptAccepted(session.id(), index, conversationId, contextLost));
    }

    @Override
    public synchronized void onEvent(AgentEvent event) {
      if (turn == null) {
        throw new IllegalStateException("an event of a turn that is over");
      }
      lastSeq = turn.publish(event);
      journal.add(new TurnRecord.EventRecorded(session.id(), index, lastSeq, event), turn.events());
    }

    @Override
    public synchronized void onAfterwards(AgentEvent event) {
      long before = bytesAfterwards;
      bytesAfterwards += event.json().length;
      if (bytesAfterwards > MAX_BYTES_AFTERWARDS) {
        if (before <= MAX_BYTES_AFTERWARDS) {
          log.log(
              System.Logger.Level.WARNING,
              "session {0}: its agent sends too much after turn {1}; the rest is dropped",
              session.id(),
              index);
        }
      } else if (turn == null) {
        record(event);
      } else {
        // The prompt may be tried again, and what that sends comes first.
        afterwards.add(event);
      }
    }

    /** The outcome is known: no event of the turn will follow. */
    synchronized void over() {
      turn = null;
      afterwards.forEach(this::record);
      afterwards.clear();
    }

    private void record(AgentEvent event) {
      lastSeq++;
      news.sent(session.id());
      journal.add(
          new TurnRecord.SentAfterwards(session.id(), index, lastSeq, event),
          () -> news.written(session.id()));
    }
  }
}
