package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.Places;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a turn that was accepted from the line to its record, on a thread of its own. */
final class TurnWork {
  private static final System.Logger log = System.getLogger(TurnWork.class.getName());
  private static final String CANCELLED = "cancelled";

  private final SessionStore store;
  private final AgentSessions agents;
  private final TurnJournal journal;
  private final SessionLimits limits;
  private final Clock clock;
  private final Places places;
  private final Consumer<LiveTurn> over;

  /**
   * @param clock with milliseconds
   * @param over told each turn that will not be touched any more, before its outcome is known
   */
  TurnWork(
      SessionStore store,
      AgentSessions agents,
      TurnJournal journal,
      SessionLimits limits,
      Clock clock,
      Consumer<LiveTurn> over) {
    this.store = store;
    this.agents = agents;
    this.journal = journal;
    this.limits = limits;
    this.clock = clock;
    this.places = new Places(limits.maxConcurrent(), limits.maxWaiting());
    this.over = over;
  }

  /** How many turns have a place now. */
  int taken() {
    return places.taken();
  }

  /** Returns at once; the turn completes, or is abandoned if its end cannot be recorded. */
  void start(LiveTurn turn) {
    Turn accepted = turn.accepted();
    Thread.ofVirtual()
        .name("turn-" + accepted.sessionId() + "." + accepted.index())
        .start(() -> work(turn));
  }

  // Not only exceptions: whatever goes wrong here, somebody waits for the outcome.
  private void work(LiveTurn turn) {
    try {
      Turn ended = execute(turn);
      record(ended);
      release(turn);
      turn.watch().ended(end(ended));
      turn.complete(ended);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, name(turn) + " could not be recorded", e);
      release(turn);
      turn.watch().ended(end(failed(turn.accepted(), WorkError.broken())));
      turn.abandon(e);
    }
  }

  // The session's next turn goes only when this one is on disk: it goes on where this one ended.
  // And it goes before anybody can learn the outcome, who may ask again at once.
  private void release(LiveTurn turn) {
    turn.close();
    over.accept(turn);
  }

  private Turn execute(LiveTurn turn) {
    try {
      return waitAndRun(turn);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a turn", e);
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, name(turn) + " failed inside the gateway", e);
      return failed(turn.accepted(), WorkError.broken());
    }
  }

  private Turn waitAndRun(LiveTurn turn) throws InterruptedException {
    boolean first = turn.line.await(turn.remaining());
    @Nullable CancelReason reason = turn.cancelReason();
    if (reason != null) {
      return cancelled(turn.accepted(), reason);
    }
    // Also when it came to be the first only as its time ran out: no place would have helped it.
    if (!first || !turn.remaining().isPositive()) {
      return timedOut(turn, WorkError.timedOutBehindTurn());
    }
    Optional<Places.Place> place = places.ask();
    if (place.isEmpty()) {
      return failed(turn.accepted(), WorkError.of(limits.noRoomForTurn()));
    }
    try (Places.Place taken = place.get()) {
      turn.waitFor(taken);
      return runInPlace(turn, taken);
    }
  }

  private Turn runInPlace(LiveTurn turn, Places.Place place) throws InterruptedException {
    Duration patience = turn.remaining();
    boolean granted =
        place.await(patience.compareTo(limits.maxWait()) < 0 ? patience : limits.maxWait());
    @Nullable CancelReason reason = turn.cancelReason();
    if (reason != null) {
      return cancelled(turn.accepted(), reason);
    }
    Duration remaining = turn.remaining();
    if (!remaining.isPositive()) {
      return timedOut(turn, WorkError.timedOutWaiting("turn"));
    }
    if (!granted) {
      return failed(turn.accepted(), WorkError.of(limits.noRoomForTurn()));
    }
    // Anew, since the turn before may have changed what the agent calls the conversation.
    Optional<Session> session = store.find(null, turn.accepted().sessionId());
    if (session.isEmpty() || session.get().closed()) {
      return cancelled(turn.accepted(), CancelReason.SESSION_CLOSED);
    }
    return runAgent(turn, session.get(), remaining);
  }

  private Turn runAgent(LiveTurn turn, Session session, Duration remaining)
      throws InterruptedException {
    BackgroundCost.record(session, agents, store, clock);
    Turn started = turn.accepted().started(clock.instant());
    journal.add(new TurnRecord.Started(started));
    turn.watch().started();
    Listener listener = new Listener(turn, session);
    AgentTask agent =
        agents.prompt(
            session.forAgent(),
            new Prompt(turn.request.prompt(), turn.attachments, remaining),
            listener);
    turn.attach(agent);
    return ended(started, agent.await(), listener.contextLost, turn.cancelReason());
  }

  private Turn ended(
      Turn turn, AgentOutcome outcome, boolean contextLost, @Nullable CancelReason reason) {
    return switch (outcome) {
      case AgentOutcome.Completed done ->
          turn.ended(WorkState.COMPLETED, clock.instant(), done.report(), contextLost, null);
      case AgentOutcome.Failed failed ->
          turn.ended(
              WorkState.FAILED,
              clock.instant(),
              failed.report(),
              contextLost,
              WorkError.of(failed));
      case AgentOutcome.TimedOut late ->
          turn.ended(
              WorkState.TIMED_OUT, clock.instant(), late.report(), contextLost, WorkError.of(late));
      case AgentOutcome.Cancelled cancelled ->
          cancelled(
              turn,
              reason == null ? CancelReason.ASKED_FOR : reason,
              cancelled.report(),
              contextLost);
    };
  }

  private Turn cancelled(Turn turn, CancelReason reason) {
    return cancelled(turn, reason, AgentReport.NONE, false);
  }

  private Turn cancelled(Turn turn, CancelReason reason, AgentReport report, boolean contextLost) {
    AgentReport told = new AgentReport(report.model(), CANCELLED, report.usage(), report.costUsd());
    return turn.ended(
        WorkState.CANCELLED,
        clock.instant(),
        told,
        contextLost,
        WorkError.of(reason, "turn").orElse(null));
  }

  private Turn timedOut(LiveTurn turn, WorkError error) {
    return turn.accepted()
        .ended(WorkState.TIMED_OUT, clock.instant(), AgentReport.NONE, false, error);
  }

  private Turn failed(Turn turn, WorkError error) {
    return turn.ended(WorkState.FAILED, clock.instant(), AgentReport.NONE, false, error);
  }

  // The caller is answered only after this: what was answered is on disk.
  private void record(Turn ended) {
    boolean forgetKey = ended.error() != null && ended.error().passing();
    try {
      journal.addUrgently(new TurnRecord.Ended(ended, forgetKey)).get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a turn", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException broken
          ? broken
          : new StoreException("the turn could not be recorded", e.getCause());
    }
  }

  // The words of an error may quote the prompt, so they stay in the ledger.
  private static WorkObserver.Ended end(Turn turn) {
    return new WorkObserver.Ended(
        turn.state(),
        turn.error() == null ? null : turn.error().code(),
        turn.report(),
        turn.contextLost());
  }

  private static String name(LiveTurn turn) {
    return "turn " + turn.accepted().index() + " of session " + turn.accepted().sessionId();
  }

  private final class Listener implements TurnListener {
    private final LiveTurn turn;
    private final Session session;
    private volatile boolean contextLost;

    private Listener(LiveTurn turn, Session session) {
      this.turn = turn;
      this.session = session;
    }

    @Override
    public void onConversation(String conversationId) {
      @Nullable String before = session.conversationId();
      contextLost = before != null && !before.equals(conversationId);
      journal.add(
          new TurnRecord.Taken(session.id(), turn.accepted().index(), conversationId, contextLost));
    }

    @Override
    public void onEvent(AgentEvent event) {
      turn.watch().event();
      long seq = turn.feed.publish(event);
      journal.add(new TurnRecord.Said(session.id(), turn.accepted().index(), seq, event));
    }
  }
}
