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
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Accepts, runs and remembers the turns of sessions. Turns of one session run one at a time, in the
 * order in which they were accepted; a turn goes on when nobody waits for it. Safe for any thread.
 */
public final class TurnService implements AutoCloseable {
  private static final System.Logger log = System.getLogger(TurnService.class.getName());

  /** An agent that is told to stop has done so within seconds; the answer to a cancel waits. */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(10);

  // Also of a full second, where an Instant leaves them out.
  private static final DateTimeFormatter WITH_MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final SessionStore sessions;
  private final TurnStore store;
  private final AuditTrail trail;
  private final FileService files;
  private final SessionLimits limits;
  private final Duration cancelGrace;
  private final Clock clock;
  private final TurnJournal journal;
  private final TurnWork work;
  private final TurnAcceptance acceptance;
  private final LiveSessions live = new LiveSessions();
  // Those of this process are enough: it ends with every request that was let in before.
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private volatile boolean shuttingDown;

  /**
   * Makes a service for the turns of one ledger's sessions.
   *
   * @param observer told of each turn
   */
  public TurnService(
      SessionStore sessions,
      TurnStore store,
      AuditTrail trail,
      AgentSessions agents,
      FileService files,
      SessionLimits limits,
      Clock clock,
      WorkObserver observer) {
    this(sessions, store, trail, agents, files, limits, clock, observer, CANCEL_GRACE);
  }

  /**
   * The same, with another patience.
   *
   * @param cancelGrace how long the answer to a cancel waits for the end
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
      Duration cancelGrace) {
    this.sessions = sessions;
    this.store = store;
    this.trail = trail;
    this.files = files;
    this.limits = limits;
    this.cancelGrace = cancelGrace;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.journal = new TurnJournal(store);
    this.work = new TurnWork(sessions, agents, journal, limits, this.clock, this::over);
    this.acceptance =
        new TurnAcceptance(store, live, work, limits, this.clock, this::refuseAfterAll, observer);
  }

  /**
   * Accepts a turn of the caller's session and returns while it waits or runs.
   *
   * @throws Refusal if it is not accepted; nothing is held then, and a key may be used again
   */
  public TurnTicket start(Caller caller, String sessionId, TurnRequest request) {
    refuseWhenShuttingDown();
    Session session = session(caller, sessionId);
    request.check(limits.maxPromptBytes());
    Optional<TurnTicket> earlier = acceptance.join(caller.tokenId(), sessionId, request.key());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (session.closed()) {
      throw closed(session);
    }
    List<Attachment> attachments = files.open(caller, request.fileIds());
    boolean accepted = false;
    try {
      Optional<TurnTicket> ticket =
          acceptance.accept(asked(caller, session, request), session.terms(), request, attachments);
      accepted = ticket.isPresent() && !ticket.get().replayed();
      return ticket.orElseThrow(() -> closed(session(caller, sessionId)));
    } finally {
      if (!accepted) {
        FileService.close(attachments);
      }
    }
  }

  private Turn asked(Caller caller, Session session, TurnRequest request) {
    return new Turn(
        session.id(),
        caller.tokenId(),
        caller.appName(),
        0,
        WorkState.QUEUED,
        clock.instant(),
        null,
        null,
        AgentReport.NONE,
        false,
        request.promptBytes(),
        request.fileIds().size(),
        null,
        request.requestId());
  }

  private void over(LiveTurn turn) {
    String sessionId = turn.accepted().sessionId();
    live.forget(turn);
    live.leave(sessionId);
  }

  /** The turn of that index in the caller's session. */
  public Turn get(Caller caller, String sessionId, int index) {
    session(caller, sessionId);
    return store.turn(sessionId, index).orElseThrow(() -> noTurn(index));
  }

  public Page<Turn> list(Caller caller, String sessionId, PageRequest page) {
    session(caller, sessionId);
    return store.turns(sessionId, page);
  }

  /**
   * The events of a turn, those to come included.
   *
   * @param after the events up to this seq are left out; 0 for none
   */
  public TurnEvents events(Caller caller, String sessionId, int index, long after) {
    // In this order: a turn that is not live any more is in the store with all its events.
    Optional<LiveTurn> running = live.turn(sessionId, index);
    Turn turn = get(caller, sessionId, index);
    if (running.isEmpty() && !turn.state().over()) {
      running = live.settledTurn(sessionId, index);
    }
    return running.isPresent()
        ? running.get().feed.from(after)
        : new StoredEvents(store, sessionId, index, after);
  }

  /** The index of the turn that has the session to itself now. */
  public OptionalInt active(String sessionId) {
    return live.running(sessionId).stream().mapToInt(turn -> turn.accepted().index()).findFirst();
  }

  /**
   * Cancels the running turn of the caller's session and waits until it is over, some seconds at
   * most. Turns that wait stay, and the next one goes.
   *
   * @return whether the turn is over and recorded as cancelled; false if none was running, it was
   *     over already, ended otherwise meanwhile, or is not over yet: then it is still told to stop,
   *     and its state says later how it ended
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
   * @return whether the turn is over and recorded as cancelled; false if it was over already, ended
   *     otherwise meanwhile, or is not over yet: then it is still told to stop, and its state says
   *     later how it ended
   */
  public boolean cancel(Caller caller, String sessionId, int index) throws InterruptedException {
    Turn known = get(caller, sessionId, index);
    if (known.state().over()) {
      return false;
    }
    Optional<LiveTurn> turn = live.settledTurn(sessionId, index);
    return turn.isPresent() && cancel(session(caller, sessionId), turn.get());
  }

  private boolean cancel(Session session, LiveTurn turn) throws InterruptedException {
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
    try {
      Turn over = turn.outcome().get(cancelGrace.toMillis(), TimeUnit.MILLISECONDS);
      return over.state() == WorkState.CANCELLED;
    } catch (TimeoutException | ExecutionException e) {
      // Not over, or not recorded: nobody knows yet how it ends.
      return false;
    }
  }

  /**
   * Cancels all turns of a token that was revoked, and accepts none any more, also of requests that
   * were let in before; returns at once.
   */
  public void cancelAllOf(String tokenId) {
    revoked.add(tokenId);
    cancel(
        live.turns().stream().filter(turn -> turn.accepted().tokenId().equals(tokenId)).toList(),
        CancelReason.TOKEN_REVOKED);
  }

  /**
   * Cancels all turns of a session that takes no more, and waits for them, some seconds at most.
   */
  void endAll(String sessionId) throws InterruptedException {
    List<LiveTurn> left = live.settledTurns(sessionId);
    cancel(left, CancelReason.SESSION_CLOSED);
    await(left, CANCEL_GRACE);
  }

  /** Records the turns of an earlier gateway as interrupted, and returns how many there were. */
  int interruptUnfinished() {
    return store.interruptUnfinished(clock.instant());
  }

  /** From now on nothing is accepted. */
  public void stopAccepting() {
    shuttingDown = true;
  }

  boolean accepting() {
    return !shuttingDown;
  }

  /**
   * Waits for the turns that were accepted, and cancels those that are not over in time. When it
   * returns, all are over and recorded.
   */
  public void drain(Duration patience) throws InterruptedException {
    stopAccepting();
    await(live.turns(), patience);
    List<LiveTurn> left = live.turns();
    cancel(left, CancelReason.SHUTDOWN);
    await(left, CANCEL_GRACE);
  }

  /** How many turns wait or run now. */
  public int inFlight() {
    return live.turns().size();
  }

  /** How many of them have a place, and how many places there are. */
  public Load load() {
    return Load.of(work.taken(), inFlight(), limits.maxConcurrent());
  }

  /** Writes what is left to the ledger; after {@link #drain}. */
  @Override
  public void close() {
    journal.close();
  }

  // Those that wait first: the end of one that runs would start them.
  private static void cancel(List<LiveTurn> turns, CancelReason reason) {
    turns.stream().filter(turn -> !turn.line.granted()).forEach(turn -> turn.cancel(reason));
    turns.forEach(turn -> turn.cancel(reason));
  }

  private static void await(List<LiveTurn> turns, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (LiveTurn turn : turns) {
      try {
        turn.outcome().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        log.log(System.Logger.Level.DEBUG, "a turn is not over, or not recorded");
      }
    }
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

  private void refuseAfterAll(Turn asked) {
    refuseWhenShuttingDown();
    if (revoked.contains(asked.tokenId())) {
      throw Refusal.of(ErrorCode.UNAUTHENTICATED, "the bearer is unknown or revoked");
    }
  }

  private void refuseWhenShuttingDown() {
    if (shuttingDown) {
      throw SessionLimits.shuttingDown();
    }
  }
}
