package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.session.SessionStore.SessionAdded;
import com.clawdforge.core.session.TurnStore.TurnAdded;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store of a test, and methods to fill it and to read it. {@link #terms}, {@link #session} and
 * {@link #queued} make records; {@code added}, {@code turn}, {@code start} and {@code end} also
 * store them.
 */
public abstract class SessionStoreFixture {
  protected static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  protected static final Duration DAY = Duration.ofDays(1);
  protected static final Instant ANY_AGE = Instant.EPOCH;
  protected static final int ANY_NUMBER = Integer.MAX_VALUE;
  protected static final IdempotencyKey KEY = new IdempotencyKey("key-1", "body-1");
  protected static final AgentReport REPORT =
      new AgentReport(
          "claude-sonnet-5",
          "end_turn",
          new Usage(12, 7, 3_000_000_000L, 4),
          new BigDecimal("0.000141"));

  /** The ledger of this test, empty at first. */
  protected abstract Ledger ledger();

  protected final SessionStore store() {
    return ledger().sessions();
  }

  protected final TurnStore turns() {
    return ledger().turns();
  }

  protected final AuditTrail trail() {
    return ledger().trail();
  }

  protected static SessionTerms terms() {
    return new SessionTerms(
        "claude", "sonnet", null, Permissions.Mode.APPROVE_ALL, null, false, null, "{}");
  }

  protected static Session session(String id, String tokenId, Instant createdAt) {
    return session(id, tokenId, createdAt, terms());
  }

  protected static Session session(
      String id, String tokenId, Instant createdAt, SessionTerms terms) {
    return new Session(
        id, tokenId, "name-of-" + tokenId, terms, createdAt, null, null, 0, null, null, null);
  }

  protected final SessionAdded add(Session session) {
    return store().add(session, null, ANY_AGE, ANY_NUMBER);
  }

  protected final Session added(String id, String tokenId, Instant createdAt) {
    Session session = session(id, tokenId, createdAt);
    assertEquals(new SessionAdded.Added(), add(session));
    return session;
  }

  protected final Session added(String id) {
    return added(id, "app-1", T0);
  }

  /** A session that was closed and released. */
  protected final void addReleased(String id, Instant closedAt) {
    added(id);
    store().close(id, closedAt);
    store().released(id);
  }

  protected static Turn queued(String sessionId, Instant createdAt) {
    return queued(sessionId, "app-1", createdAt);
  }

  protected static Turn queued(String sessionId, String tokenId, Instant createdAt) {
    return new Turn(
        sessionId,
        tokenId,
        "name-of-" + tokenId,
        0,
        812,
        2,
        "request-of-" + sessionId,
        new Progress(WorkState.QUEUED, createdAt, null, null, AgentReport.NONE, null),
        false);
  }

  protected final Turn turn(String sessionId, Instant createdAt) {
    return turn(queued(sessionId, createdAt), null);
  }

  protected final Turn turn(Turn turn, @Nullable IdempotencyKey key) {
    return assertInstanceOf(TurnAdded.Added.class, turns().addTurn(turn, null, key, ANY_AGE))
        .turn();
  }

  protected final Turn start(Turn turn, Instant when) {
    Turn started = turn.started(when);
    turns().record(List.of(new TurnRecord.Started(started)));
    return started;
  }

  protected final Turn end(Turn turn, Instant when) {
    return end(turn, when, REPORT);
  }

  protected final Turn end(Turn turn, Instant when, AgentReport report) {
    Turn ended =
        turn.ended(new WorkEnd(WorkState.COMPLETED, report, null), when, turn.contextLost());
    turns().record(List.of(new TurnRecord.Ended(ended, false)));
    return ended;
  }

  protected final void recordEvent(Turn turn, long seq, byte[] json) {
    turns().record(List.of(event(turn, seq, json)));
  }

  protected static TurnRecord.EventRecorded event(Turn turn, long seq, String json) {
    return event(turn, seq, json.getBytes(StandardCharsets.UTF_8));
  }

  protected static TurnRecord.EventRecorded event(Turn turn, long seq, byte[] json) {
    return new TurnRecord.EventRecorded(turn.sessionId(), turn.index(), seq, new AgentEvent(json));
  }

  protected static TurnRecord.SentAfterwards after(Turn turn, long seq, String json) {
    return new TurnRecord.SentAfterwards(
        turn.sessionId(), turn.index(), seq, new AgentEvent(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** What came after a turn's end, and the seq before the first. */
  protected record Later(long after, List<String> texts) {}

  protected final Later later(Turn turn, long after, long maxBytes) {
    EventReader.Batch batch =
        turns().eventsAfterEnd(turn.sessionId(), turn.index(), after, maxBytes);
    return new Later(batch.after(), batch.events().stream().map(AgentEvent::toString).toList());
  }

  protected final List<String> texts(Turn turn) {
    return texts(turn, 0, Long.MAX_VALUE);
  }

  protected final List<String> texts(Turn turn, long after, long maxBytes) {
    return turns().events(turn.sessionId(), turn.index(), after, maxBytes).stream()
        .map(AgentEvent::toString)
        .toList();
  }

  protected final Session found(String id) {
    return store().find(null, id).orElseThrow();
  }

  protected final Optional<Turn> found(Turn turn) {
    return turns().turn(turn.sessionId(), turn.index());
  }

  protected final List<SessionEvent.Kind> kinds(String sessionId) {
    return trail().trail(sessionId).stream().map(SessionEvent::kind).toList();
  }

  protected static List<String> ids(Page<Session> page) {
    return ids(page.items());
  }

  protected static List<String> ids(List<Session> sessions) {
    return sessions.stream().map(Session::id).toList();
  }
}
