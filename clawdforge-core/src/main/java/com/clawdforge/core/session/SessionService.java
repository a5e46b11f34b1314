package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens, closes and finds sessions; {@link TurnService} handles their turns. Safe for any thread.
 */
public final class SessionService {
  private static final System.Logger log = System.getLogger(SessionService.class.getName());
  private static final Duration UNKNOWN_FOR = Duration.ofDays(1);
  private static final Duration AGENT_MISSING_FOR = Duration.ofMinutes(1);
  private static final int PAGE = 100;

  private final SessionStore store;
  private final AgentSessions agents;
  private final TurnService turns;
  private final SessionLimits limits;
  private final Clock clock;
  private final Supplier<String> ids;
  // How many callers are closing a session: the sweeper must not release it meanwhile.
  private final Map<String, Integer> closing = new ConcurrentHashMap<>();

  /**
   * @param ids returns a new UUID for each session
   */
  public SessionService(
      SessionStore store,
      AgentSessions agents,
      TurnService turns,
      SessionLimits limits,
      Clock clock,
      Supplier<String> ids) {
    this.store = store;
    this.agents = agents;
    this.turns = turns;
    this.limits = limits;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.ids = ids;
  }

  /**
   * Ends what an earlier gateway left running and records its turns as interrupted. Call this
   * before the first session is opened. Open sessions stay open.
   */
  public void recover() {
    List<Session> left = store.unreleased();
    // The processes first: if this gateway dies meanwhile, the next one finds them again.
    agents.endOrphans(left.stream().map(Session::id).toList());
    int interrupted = turns.interruptUnfinished();
    if (interrupted > 0) {
      log.log(
          System.Logger.Level.WARNING,
          "{0} turns of an earlier server were interrupted; their agents are gone",
          interrupted);
    }
    left.stream().filter(Session::closed).forEach(this::release);
  }

  /**
   * Deletes what sessions have on disk that are in no ledger: those that came after the backup that
   * was restored. A day passes first, from when they are found unknown, in which somebody may put
   * another ledger in its place.
   */
  public void deleteUnknown() {
    List<String> deleted =
        agents.deleteUnknownSessions(
            id -> store.find(null, id).isPresent(), clock.instant().minus(UNKNOWN_FOR));
    if (!deleted.isEmpty()) {
      log.log(
          System.Logger.Level.WARNING,
          "the directories of {0} sessions that the ledger does not know were deleted: {1}",
          deleted.size(),
          deleted);
    }
  }

  /**
   * Opens a session; its agent starts with the first turn.
   *
   * @throws Refusal if it cannot be opened; then it holds nothing, and its key may be used again
   */
  public SessionTicket open(Caller caller, SessionRequest request) {
    turns.refuseWhenShuttingDown();
    SessionTerms terms = request.check(caller, limits, agents::objectionToLessNetwork);
    @Nullable IdempotencyKey key = request.key();
    Session session = session(caller, terms);
    if (key != null) {
      Optional<SessionStore.SessionAdded.Earlier> earlier =
          store.findSession(
              caller.tokenId(), key.value(), session.createdAt().minus(IdempotencyKey.REMEMBERED));
      if (earlier.isPresent()) {
        return join(earlier.get(), key);
      }
    }
    // Before anything is created for it; the store checks again.
    if (store.countOpen() >= limits.maxOpen()) {
      throw limits.noRoomForSession();
    }
    @Nullable Integer ofToken = caller.limits().shares().maxSessions();
    if (ofToken != null && store.countOpen(caller.tokenId()) >= ofToken) {
      throw SessionLimits.noRoomForToken(ofToken);
    }
    return add(session, key, ofToken == null ? Integer.MAX_VALUE : ofToken);
  }

  private SessionTicket add(Session session, @Nullable IdempotencyKey key, int ofToken) {
    boolean added = false;
    try {
      makeReady(session);
      SessionStore.SessionAdded result =
          store.add(
              session,
              key,
              session.createdAt().minus(IdempotencyKey.REMEMBERED),
              limits.maxOpen(),
              ofToken);
      return switch (result) {
        case SessionStore.SessionAdded.Added now -> {
          added = true;
          yield new SessionTicket(session, false);
        }
        case SessionStore.SessionAdded.Earlier earlier -> join(earlier, key);
        case SessionStore.SessionAdded.Full full -> throw limits.noRoomForSession();
        case SessionStore.SessionAdded.TokenFull full ->
            throw SessionLimits.noRoomForToken(ofToken);
      };
    } finally {
      if (!added) {
        agents.close(session.forAgent());
      }
    }
  }

  private void makeReady(Session session) {
    switch (agents.open(session.forAgent())) {
      case SessionOpening.Ready ready -> {}
      case SessionOpening.Unsupported unsupported ->
          throw Refusal.invalid(
              unsupported.field(), unsupported.field() + ": " + unsupported.why());
      case SessionOpening.Unavailable unavailable ->
          throw Refusal.retryLater(
              ErrorCode.AGENT_UNAVAILABLE, unavailable.why(), AGENT_MISSING_FOR);
    }
  }

  private Session session(Caller caller, SessionTerms terms) {
    return new Session(
        ids.get(),
        caller.tokenId(),
        caller.appName(),
        terms,
        clock.instant(),
        null,
        null,
        0,
        null,
        null,
        null);
  }

  private static SessionTicket join(
      SessionStore.SessionAdded.Earlier earlier, @Nullable IdempotencyKey key) {
    earlier.key().requireSame(key);
    return new SessionTicket(earlier.session(), true);
  }

  /** The caller's session. */
  public Session get(Caller caller, String sessionId) {
    return store
        .find(caller.tokenId(), sessionId)
        .orElseThrow(() -> Refusal.notFound("session", sessionId));
  }

  public Page<Session> list(Caller caller, boolean includeClosed, PageRequest page) {
    return store.list(caller.tokenId(), includeClosed, page);
  }

  /** The sessions of all apps. */
  public Page<Session> listAll(boolean includeClosed, PageRequest page) {
    return store.list(null, includeClosed, page);
  }

  /** How many sessions are open. */
  public int countOpen() {
    return store.countOpen();
  }

  /** How many of the caller's sessions are open. */
  public int countOpen(Caller caller) {
    return store.countOpen(caller.tokenId());
  }

  /**
   * Closes the caller's session: cancels its turns, ends its agent and deletes its directory, and
   * waits for that, some seconds at most. It stays in the ledger.
   *
   * @return false if it was already closed
   */
  public boolean close(Caller caller, String sessionId) throws InterruptedException {
    Session session = get(caller, sessionId);
    // Before the close: from then on the sweeper may find it.
    closing.merge(sessionId, 1, Integer::sum);
    try {
      if (!store.close(sessionId, clock.instant())) {
        return false;
      }
      turns.endTurnsOf(sessionId);
      turns.closed(sessionId);
      release(session);
      return true;
    } finally {
      closing.computeIfPresent(sessionId, (id, callers) -> callers == 1 ? null : callers - 1);
    }
  }

  /** Closes a session if it was idle since a time, and returns whether it did. */
  boolean closeIdle(Session session, Instant quietSince) {
    if (!store.closeIfIdle(session.id(), clock.instant(), quietSince)) {
      return false;
    }
    turns.closed(session.id());
    release(session);
    return true;
  }

  /** Releases closed sessions whose release failed or was not awaited. */
  void releaseLeftovers() {
    store.closedUnreleased(PAGE).stream()
        .takeWhile(session -> accepting())
        .filter(session -> !closing.containsKey(session.id()))
        .forEach(this::release);
  }

  /** Whether the server is not shutting down. */
  boolean accepting() {
    return turns.accepting();
  }

  private void release(Session session) {
    try {
      BackgroundCost.record(session, agents, turns.models(), store, clock);
      agents.close(session.forAgent());
      BackgroundCost.recordRest(session, turns.models(), store, clock);
      store.released(session.id());
    } catch (RuntimeException e) {
      log.log(
          System.Logger.Level.ERROR,
          "session " + session.id() + " could not be released; it will be retried",
          e);
    }
  }
}
