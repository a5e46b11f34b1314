package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.Admission;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkClock;
import com.clawdforge.core.work.WorkObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Accepts, executes and records the turns of sessions. Turns of one session run one at a time, in
 * the order of acceptance; a turn continues when its caller is gone. Safe for any thread.
 */
public final class TurnService implements AutoCloseable {
  // Prints them for a full second too, unlike Instant.toString().
  private static final DateTimeFormatter WITH_MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final SessionStore sessions;
  private final TurnStore store;
  private final AuditTrail trail;
  private final FileService files;
  private final SessionLimits limits;
  private final Clock clock;
  private final TurnJournal journal;
  private final TurnWork work;
  private final TurnAcceptance acceptance;
  private final LiveSessions live = new LiveSessions();
  private final SessionNews news = new SessionNews();
  private final Admission admission;
  private final Shares shares;

  /** A service of its own, whose tokens share nothing with other services. */
  public TurnService(
      SessionStore sessions,
      TurnStore store,
      AuditTrail trail,
      AgentSessions agents,
      FileService files,
      SessionLimits limits,
      Clock clock,
      WorkObserver observer) {
    this(sessions, store, trail, agents, files, limits, clock, observer, Shares.ofMemory());
  }

  /**
   * @param observer observes each turn
   * @param shares what each token takes of the server, here and elsewhere
   */
  public TurnService(
      SessionStore sessions,
      TurnStore store,
      AuditTrail trail,
      AgentSessions agents,
      FileService files,
      SessionLimits limits,
      Clock clock,
      WorkObserver observer,
      Shares shares) {
    this(
        sessions,
        store,
        trail,
        agents,
        files,
        limits,
        clock,
        observer,
        shares,
        Thread.ofVirtual().factory());
  }

  /**
   * The same, for tests.
   *
   * @param threads makes the thread of each turn
   */
  TurnService(
      SessionStore sessions,
      TurnStore store,
      AuditTrail trail,
      AgentSessions agents,
      FileService files,
      SessionLimits limits,
      Clock clock,
      WorkObserver observer,
      Shares shares,
      ThreadFactory threads) {
    this.sessions = sessions;
    this.store = store;
    this.trail = trail;
    this.files = files;
    this.limits = limits;
    this.clock = WorkClock.inMillis(clock);
    this.admission = new Admission(live::turns);
    this.journal = new TurnJournal(store);
    this.shares = shares;
    this.work =
        new TurnWork(
            sessions, agents, journal, shares, limits, this.clock, news, this::settle, threads);
    this.acceptance =
        new TurnAcceptance(store, live, work, limits, this.clock, admission, observer);
  }

  /**
   * Accepts a turn of the caller's session and returns while it waits or runs.
   *
   * @throws Refusal if it is not accepted; then it holds nothing, and its key may be used again
   */
  public TurnTicket start(Caller caller, String sessionId, TurnRequest request) {
    admission.refuseWhenShuttingDown();
    Session session = session(caller, sessionId);
    request.check(limits.maxPromptBytes());
    Optional<TurnTicket> earlier = acceptance.join(caller.tokenId(), sessionId, request.key());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (session.closed()) {
      throw closed(session);
    }
    LiveTurn.Held held;
    try {
      held = hold(caller, request);
    } catch (Refusal refusal) {
      // A turn with the same key may just have been accepted, with the last of the money.
      return acceptance
          .joinAccepted(caller.tokenId(), sessionId, request.key())
          .orElseThrow(() -> refusal);
    }
    boolean accepted = false;
    try {
      Optional<TurnTicket> ticket =
          acceptance.accept(newTurn(caller, session, request), session.terms(), request, held);
      accepted = ticket.isPresent() && !ticket.get().replayed();
      return ticket.orElseThrow(() -> closed(session(caller, sessionId)));
    } finally {
      if (!accepted) {
        Attachment.close(held.attachments());
        held.prompt().close();
        held.reserved().close();
      }
    }
  }

  private LiveTurn.Held hold(Caller caller, TurnRequest request) {
    // Agents of sessions cannot be told what a turn may cost.
    Budgets.Reservation reserved =
        shares.budgets().reserve(caller.tokenId(), shares.of(caller), null);
    boolean held = false;
    try {
      List<Attachment> attachments = files.open(caller, request.fileIds());
      held = true;
      return new LiveTurn.Held(
          caller, attachments, reserved, shares.prompts().of(caller.tokenId(), request.prompt()));
    } finally {
      if (!held) {
        reserved.close();
      }
    }
  }

  /**
   * Returns the turn that an earlier request with this key started, and starts none.
   *
   * @throws Refusal if there is no such session, or if that request had another body or session
   */
  public Optional<TurnTicket> rejoin(Caller caller, String sessionId, IdempotencyKey key) {
    session(caller, sessionId);
    return acceptance.join(caller.tokenId(), sessionId, key);
  }

  private Turn newTurn(Caller caller, Session session, TurnRequest request) {
    return new Turn(
        session.id(),
        caller.tokenId(),
        caller.appName(),
        0,
        request.promptBytes(),
        request.fileIds().size(),
        request.requestId(),
        Progress.accepted(clock.instant()),
        false);
  }

  private void settle(LiveTurn turn, Turn recorded) {
    String sessionId = turn.accepted().sessionId();
    live.forget(turn);
    live.leave(sessionId);
    turn.held.reserved().settle(recorded);
    news.tell(sessionId);
  }

  /** The turn with this index in the caller's session. */
  public Turn get(Caller caller, String sessionId, int index) {
    session(caller, sessionId);
    return store.turn(sessionId, index).orElseThrow(() -> noTurn(index));
  }

  public Page<Turn> list(Caller caller, String sessionId, PageRequest page) {
    session(caller, sessionId);
    return store.turns(sessionId, page);
  }

  /**
   * A turn and its events.
   *
   * @param turn as it was no later than the first event is read: the events of a turn that is over
   *     are complete
   */
  public record Followed(Turn turn, EventReader events) {}

  /**
   * Returns a turn with its past and future events.
   *
   * @param after events up to this seq are left out; 0 for none
   */
  public Followed follow(Caller caller, String sessionId, int index, long after) {
    // In this order: a turn that is no longer live is in the store with all its events.
    Optional<LiveTurn> running = live.turn(sessionId, index);
    Turn turn = get(caller, sessionId, index);
    return new Followed(turn, events(running, turn, after));
  }

  /**
   * Follows the caller's session from its beginning, or from an event on.
   *
   * @param turn the index of the event's turn, or 0 for the beginning
   * @param after the event's seq, which may count on after the turn; 0 for the turn's beginning
   * @throws Refusal if there is no such session or turn
   */
  public SessionFeed watch(Caller caller, String sessionId, int turn, long after) {
    session(caller, sessionId);
    @Nullable Turn begin = turn == 0 ? null : get(caller, sessionId, turn);
    return new SessionFeed(sessionId, this, sessions, store, news, begin, after);
  }

  private EventReader events(Optional<LiveTurn> found, Turn turn, long after) {
    Optional<LiveTurn> running =
        found.isEmpty() && !turn.state().over()
            ? live.settledTurn(turn.sessionId(), turn.index())
            : found;
    return running.isPresent()
        ? running.get().events().from(after)
        : new StoredEvents(store, turn.sessionId(), turn.index(), after);
  }

  /** The past and future events of a turn. */
  EventReader events(Turn turn, long after) {
    return events(live.turn(turn.sessionId(), turn.index()), turn, after);
  }

  /** The turn with this index, if it has begun, or is over without that. */
  Optional<Turn> begun(String sessionId, int index) {
    Optional<LiveTurn> running = live.settledTurn(sessionId, index);
    if (running.isPresent() && !running.get().begun()) {
      return Optional.empty();
    }
    return store.turn(sessionId, index);
  }

  /** Why sessions of this token get no more turns here, or null if they do. */
  @Nullable Refusal refusal(String tokenId) {
    try {
      admission.refuseAfterAll(tokenId);
      return null;
    } catch (Refusal refused) {
      return refused;
    }
  }

  /** Tells those who follow a session that it was closed. */
  void closed(String sessionId) {
    news.tell(sessionId);
  }

  /** The index of the turn that occupies the session now. */
  public OptionalInt active(String sessionId) {
    return live.running(sessionId).stream().mapToInt(turn -> turn.accepted().index()).findFirst();
  }

  /**
   * Cancels the running turn of the caller's session and waits until it is over, some seconds at
   * most. Waiting turns stay, and the next one starts.
   *
   * @return whether the turn is recorded as cancelled; false if none was running, it had already
   *     ended, ended otherwise, or has not ended yet: then it is still being cancelled, and its
   *     state will say how it ended
   */
  public boolean cancel(Caller caller, String sessionId) throws InterruptedException {
    Session session = session(caller, sessionId);
    Optional<LiveTurn> running = live.running(sessionId);
    return running.isPresent() && cancel(session, running.get());
  }

  /**
   * Cancels one turn of the caller's session, running or waiting, and waits until it is over, some
   * seconds at most. The others stay.
   *
   * @return whether the turn is recorded as cancelled; false if it had already ended, ended
   *     otherwise, or has not ended yet: then it is still being cancelled, and its state will say
   *     how it ended
   */
  public boolean cancel(Caller caller, String sessionId, int index) throws InterruptedException {
    Session session = session(caller, sessionId);
    Turn recorded = store.turn(sessionId, index).orElseThrow(() -> noTurn(index));
    if (recorded.state().over()) {
      return false;
    }
    Optional<LiveTurn> turn = live.settledTurn(sessionId, index);
    return turn.isPresent() && cancel(session, turn.get());
  }

  private boolean cancel(Session session, LiveTurn turn) throws InterruptedException {
    // First: it must reach the agent also when nothing can be written.
    turn.cancel(CancelReason.ASKED_FOR);
    trail.note(
        new SessionEvent(
            session.id(),
            session.tokenId(),
            session.appName(),
            SessionEvent.Kind.CANCEL,
            clock.instant(),
            turn.accepted().index(),
            null,
            AgentReport.NONE));
    return admission.cancel(turn, Turn::state);
  }

  /**
   * Cancels all turns of a revoked token and accepts no more, even from requests that are already
   * authenticated. Returns at once.
   */
  public void cancelAllOf(String tokenId) {
    admission.revoke(tokenId);
    news.tellAll();
  }

  /** Cancels all turns of a closed session and waits for them, some seconds at most. */
  void endTurnsOf(String sessionId) throws InterruptedException {
    admission.end(live.settledTurns(sessionId), CancelReason.SESSION_CLOSED);
  }

  /** Records the turns of an earlier gateway as interrupted, and returns how many there were. */
  int interruptUnfinished() {
    return store.interruptUnfinished(clock.instant());
  }

  /** Accepts no more turns. */
  public void stopAccepting() {
    admission.stopAccepting();
    news.tellAll();
  }

  void refuseWhenShuttingDown() {
    admission.refuseWhenShuttingDown();
  }

  /** What sessions spend on their way to the model. */
  ModelSpending models() {
    return shares.models();
  }

  boolean accepting() {
    return admission.accepting();
  }

  /**
   * Waits for the accepted turns and cancels those that do not end in time. Waits only some seconds
   * for cancelled turns.
   */
  public void drain(Duration patience) throws InterruptedException {
    stopAccepting();
    admission.drain(patience);
  }

  /** How many turns wait or run now. */
  public int inFlight() {
    return live.turns().size();
  }

  /** How many of them run and wait, and how many may run. */
  public Load load() {
    return Load.of(work.taken(), inFlight(), limits.maxConcurrent());
  }

  /** Writes what is left to the ledger; after {@link #drain}. */
  @Override
  public void close() {
    journal.close();
  }

  private Session session(Caller caller, String sessionId) {
    return sessions
        .find(caller.tokenId(), sessionId)
        .orElseThrow(() -> Refusal.notFound("session", sessionId));
  }

  private static Refusal noTurn(int index) {
    return Refusal.notFound("turn", Integer.toString(index));
  }

  private static Refusal closed(Session session) {
    Instant when = Objects.requireNonNull(session.closedAt(), "a closed session has a time");
    return Refusal.of(
        ErrorCode.SESSION_CLOSED,
        "session " + session.id() + " was closed at " + WITH_MILLIS.format(when));
  }
}
