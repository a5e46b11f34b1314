package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.page.Sequence;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A session in {@link InMemorySessionStore}, guarded by that store's lock. */
final class SessionEntry {
  final Session added;
  final Sequence<TurnEntry> turns = new Sequence<>();
  @Nullable IdempotencyKey key;
  @Nullable Instant closedAt;
  @Nullable String conversationId;
  boolean released;
  private @Nullable Instant lastTurnAt;
  private int turnCount;
  private @Nullable Usage usage;
  private @Nullable BigDecimal costUsd;

  /** A turn in the store. */
  static final class TurnEntry {
    final @Nullable String prompt;
    final TreeMap<Long, AgentEvent> events = new TreeMap<>();
    final TreeMap<Long, AgentEvent> afterEnd = new TreeMap<>();
    Turn turn;
    @Nullable IdempotencyKey key;

    TurnEntry(Turn turn, @Nullable String prompt, @Nullable IdempotencyKey key) {
      this.turn = turn;
      this.prompt = prompt;
      this.key = key;
    }
  }

  SessionEntry(Session added, @Nullable IdempotencyKey key) {
    this.added = added;
    this.key = key;
  }

  Session session() {
    return new Session(
        added.id(),
        added.tokenId(),
        added.appName(),
        added.terms(),
        added.createdAt(),
        lastTurnAt,
        closedAt,
        turnCount,
        conversationId,
        usage,
        costUsd);
  }

  TurnEntry add(Turn turn, @Nullable String prompt, @Nullable IdempotencyKey turnKey) {
    turnCount++;
    used(turn.createdAt());
    TurnEntry entry = new TurnEntry(turn.numbered(turnCount), prompt, turnKey);
    turns.add(entry);
    return entry;
  }

  Optional<TurnEntry> turn(int index) {
    return turns.newestFirst().filter(entry -> entry.turn.index() == index).findFirst();
  }

  boolean idle(Instant quietSince) {
    return closedAt == null
        && added.createdAt().isBefore(quietSince)
        && (lastTurnAt == null || lastTurnAt.isBefore(quietSince))
        && turns.newestFirst().allMatch(entry -> entry.turn.state().over());
  }

  void used(Instant when) {
    if (lastTurnAt == null || lastTurnAt.isBefore(when)) {
      lastTurnAt = when;
    }
  }

  void count(AgentReport report) {
    Usage more = report.usage();
    if (more != null) {
      usage = usage == null ? more : usage.plus(more);
    }
    BigDecimal cost = report.costUsd();
    if (cost != null) {
      costUsd = costUsd == null ? cost : costUsd.add(cost);
    }
  }

  SessionEvent event(SessionEvent.Kind kind, Instant at) {
    return new SessionEvent(
        added.id(), added.tokenId(), added.appName(), kind, at, null, null, AgentReport.NONE);
  }

  static SessionEvent event(SessionEvent.Kind kind, Instant at, Turn turn) {
    boolean ended = kind == SessionEvent.Kind.TURN;
    WorkState state = ended ? turn.state() : null;
    AgentReport report = ended ? turn.report() : AgentReport.NONE;
    return new SessionEvent(
        turn.sessionId(), turn.tokenId(), turn.appName(), kind, at, turn.index(), state, report);
  }
}
