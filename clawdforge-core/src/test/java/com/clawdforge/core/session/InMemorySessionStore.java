package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.page.Sequence;
import com.clawdforge.core.session.SessionEntry.TurnEntry;
import com.clawdforge.core.session.SessionEvent.Kind;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions, turns and their trail in memory; deletes one session per call. Safe for any
 * thread.
 */
public final class InMemorySessionStore implements SessionStore, TurnStore, AuditTrail {
  private final Sequence<SessionEntry> sessions = new Sequence<>();
  private final Map<String, SessionEntry> byId = new HashMap<>();
  private final List<Noted> trail = new ArrayList<>();

  /**
   * An entry of the trail, with what only the ledger records.
   *
   * @param askedModel the model that the session requested, or null
   */
  public record Noted(SessionEvent event, @Nullable String askedModel) {}

  /** The whole trail, oldest first, for tests and sums. */
  public synchronized List<Noted> trail() {
    return List.copyOf(trail);
  }

  /** The kept prompt of a turn, for tests. */
  public synchronized Optional<String> prompt(String sessionId, int index) {
    return entry(sessionId, index).map(entry -> entry.prompt);
  }

  @Override
  public synchronized SessionAdded add(
      Session session,
      @Nullable IdempotencyKey key,
      Instant keyedSince,
      int maxOpen,
      int maxOpenOfToken) {
    if (byId.containsKey(session.id())) {
      throw new IllegalArgumentException("session " + session.id() + " was added before");
    }
    if (key != null) {
      Optional<SessionAdded.Earlier> earlier =
          findSession(session.tokenId(), key.value(), keyedSince);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      holders(session.tokenId(), key.value()).forEach(holder -> holder.key = null);
    }
    if (countOpen() >= maxOpen) {
      return new SessionAdded.Full();
    }
    if (countOpen(session.tokenId()) >= maxOpenOfToken) {
      return new SessionAdded.TokenFull();
    }
    SessionEntry entry = new SessionEntry(session, key);
    sessions.add(entry);
    byId.put(session.id(), entry);
    note(entry, entry.event(Kind.CREATE, session.createdAt()));
    return new SessionAdded.Added();
  }

  @Override
  public synchronized Optional<SessionAdded.Earlier> findSession(
      String tokenId, String key, Instant keyedSince) {
    for (SessionEntry entry : holders(tokenId, key)) {
      if (entry.key != null && !entry.added.createdAt().isBefore(keyedSince)) {
        return Optional.of(new SessionAdded.Earlier(entry.session(), entry.key));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized Optional<Session> find(@Nullable String tokenId, String sessionId) {
    return Optional.ofNullable(byId.get(sessionId))
        .filter(belongsTo(tokenId))
        .map(SessionEntry::session);
  }

  @Override
  public synchronized Page<Session> list(
      @Nullable String tokenId, boolean includeClosed, PageRequest page) {
    Predicate<SessionEntry> wanted = entry -> includeClosed || entry.closedAt == null;
    Page<SessionEntry> found = sessions.page(page, wanted.and(belongsTo(tokenId)));
    return new Page<>(
        found.items().stream().map(SessionEntry::session).map(Session::listed).toList(),
        found.next());
  }

  @Override
  public synchronized int countOpen() {
    return (int) sessions.newestFirst().filter(entry -> entry.closedAt == null).count();
  }

  @Override
  public synchronized int countOpen(String tokenId) {
    return (int)
        sessions
            .newestFirst()
            .filter(entry -> entry.closedAt == null && entry.added.tokenId().equals(tokenId))
            .count();
  }

  @Override
  public synchronized boolean close(String sessionId, Instant when) {
    SessionEntry entry = byId.get(sessionId);
    return entry != null && entry.closedAt == null && close(entry, when, Kind.CLOSE);
  }

  @Override
  public synchronized boolean closeIfIdle(String sessionId, Instant when, Instant quietSince) {
    SessionEntry entry = byId.get(sessionId);
    return entry != null && entry.idle(quietSince) && close(entry, when, Kind.SWEEP_CLOSE);
  }

  private boolean close(SessionEntry entry, Instant when, Kind kind) {
    entry.closedAt = when;
    note(entry, entry.event(kind, when));
    return true;
  }

  @Override
  public synchronized List<Session> idle(Instant quietSince, int limit) {
    return some(entry -> entry.idle(quietSince), limit);
  }

  @Override
  public synchronized void released(String sessionId) {
    SessionEntry entry = byId.get(sessionId);
    if (entry != null && entry.closedAt != null) {
      entry.released = true;
    }
  }

  @Override
  public synchronized List<Session> unreleased() {
    return some(entry -> !entry.released, Integer.MAX_VALUE);
  }

  @Override
  public synchronized List<Session> closedUnreleased(int limit) {
    return some(entry -> !entry.released && entry.closedAt != null, limit);
  }

  @Override
  public synchronized void note(SessionEvent event) {
    SessionEntry entry = byId.get(event.sessionId());
    trail.add(new Noted(event, entry == null ? null : entry.added.terms().model()));
  }

  @Override
  public synchronized void addBackgroundCost(String sessionId, BigDecimal costUsd, Instant when) {
    SessionEntry entry = byId.get(sessionId);
    if (entry != null) {
      AgentReport spent = new AgentReport(null, null, null, costUsd);
      entry.count(spent);
      note(
          new SessionEvent(
              sessionId,
              entry.added.tokenId(),
              entry.added.appName(),
              Kind.BACKGROUND,
              when,
              null,
              null,
              spent));
    }
  }

  @Override
  public synchronized List<SessionEvent> trail(String sessionId) {
    return trail.stream()
        .map(Noted::event)
        .filter(event -> event.sessionId().equals(sessionId))
        .toList();
  }

  @Override
  public synchronized TurnAdded addTurn(
      Turn turn, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince) {
    if (key != null) {
      Optional<TurnAdded.Earlier> earlier = findTurn(turn.tokenId(), key.value(), keyedSince);
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
    SessionEntry entry = byId.get(turn.sessionId());
    if (entry == null || entry.closedAt != null) {
      return new TurnAdded.Closed();
    }
    if (key != null) {
      turnHolders(turn.tokenId(), key.value()).forEach(holder -> holder.key = null);
    }
    return new TurnAdded.Added(entry.add(turn, prompt, key).turn);
  }

  @Override
  public synchronized Optional<TurnAdded.Earlier> findTurn(
      String tokenId, String key, Instant keyedSince) {
    for (TurnEntry entry : turnHolders(tokenId, key)) {
      if (entry.key != null && !entry.turn.createdAt().isBefore(keyedSince)) {
        return Optional.of(new TurnAdded.Earlier(entry.turn, entry.key));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized void record(List<TurnRecord> records) {
    for (TurnRecord record : records) {
      switch (record) {
        case TurnRecord.Started started -> started(started.turn());
        case TurnRecord.PromptAccepted taken -> taken(taken);
        case TurnRecord.EventRecorded said -> event(said);
        case TurnRecord.SentAfterwards sent -> afterwards(sent);
        case TurnRecord.Ended ended -> ended(ended.turn(), ended.forgetKey());
      }
    }
  }

  // Ended turns stay unchanged: a batch that is written twice must neither revive nor count them
  // twice.
  private Optional<TurnEntry> unfinished(String sessionId, int index) {
    return entry(sessionId, index).filter(entry -> !entry.turn.state().over());
  }

  private void started(Turn turn) {
    Instant when = Objects.requireNonNull(turn.startedAt());
    unfinished(turn.sessionId(), turn.index())
        .ifPresent(entry -> entry.turn = entry.turn.started(when));
  }

  private void taken(TurnRecord.PromptAccepted taken) {
    unfinished(taken.sessionId(), taken.index())
        .ifPresent(
            entry -> {
              entry.turn = lost(entry.turn, taken.contextLost());
              added(taken.sessionId()).conversationId = taken.conversationId();
            });
  }

  private void event(TurnRecord.EventRecorded said) {
    entry(said.sessionId(), said.index())
        .ifPresent(entry -> entry.events.putIfAbsent(said.seq(), said.event()));
  }

  private void afterwards(TurnRecord.SentAfterwards sent) {
    entry(sent.sessionId(), sent.index())
        .ifPresent(entry -> entry.afterEnd.putIfAbsent(sent.seq(), sent.event()));
  }

  private void ended(Turn turn, boolean forgetKey) {
    Instant when = Objects.requireNonNull(turn.endedAt());
    unfinished(turn.sessionId(), turn.index())
        .ifPresent(
            entry -> {
              entry.turn = turn;
              if (forgetKey) {
                entry.key = null;
              }
              SessionEntry session = added(turn.sessionId());
              session.used(when);
              session.count(turn.report());
              note(session, SessionEntry.event(Kind.TURN, when, turn));
            });
  }

  @Override
  public synchronized Optional<Turn> turn(String sessionId, int index) {
    return entry(sessionId, index).map(entry -> entry.turn);
  }

  @Override
  public synchronized Page<Turn> turns(String sessionId, PageRequest page) {
    SessionEntry entry = byId.get(sessionId);
    if (entry == null) {
      return new Page<>(List.of(), null);
    }
    Page<TurnEntry> found = entry.turns.page(page, any -> true);
    return new Page<>(found.items().stream().map(turn -> turn.turn).toList(), found.next());
  }

  @Override
  public synchronized List<AgentEvent> events(
      String sessionId, int index, long after, long maxBytes) {
    List<AgentEvent> events = new ArrayList<>();
    long bytes = 0;
    for (AgentEvent event : recorded(sessionId, index, after)) {
      events.add(event);
      bytes += event.json().length;
      if (bytes >= maxBytes) {
        break;
      }
    }
    return events;
  }

  @Override
  public synchronized EventReader.Batch eventsAfterEnd(
      String sessionId, int index, long after, long maxBytes) {
    List<AgentEvent> events = new ArrayList<>();
    long before = after;
    long bytes = 0;
    for (Map.Entry<Long, AgentEvent> sent : afterEnd(sessionId, index, after).entrySet()) {
      if (events.isEmpty()) {
        before = sent.getKey() - 1;
      }
      if (bytes >= maxBytes || sent.getKey() != before + events.size() + 1) {
        break;
      }
      events.add(sent.getValue());
      bytes += sent.getValue().json().length;
    }
    return new EventReader.Batch(before, events, false);
  }

  private Map<Long, AgentEvent> afterEnd(String sessionId, int index, long after) {
    return entry(sessionId, index)
        .<Map<Long, AgentEvent>>map(entry -> entry.afterEnd.tailMap(after, false))
        .orElse(Map.of());
  }

  private Iterable<AgentEvent> recorded(String sessionId, int index, long after) {
    return entry(sessionId, index)
        .map(entry -> entry.events.tailMap(after, false).values())
        .orElse(List.of());
  }

  @Override
  public synchronized int interruptUnfinished(Instant when) {
    int marked = 0;
    for (SessionEntry session : sessions.newestFirst().toList().reversed()) {
      for (TurnEntry entry : session.turns.newestFirst().toList().reversed()) {
        Turn turn = entry.turn;
        if (!turn.state().over()) {
          entry.turn =
              turn.ended(
                  new WorkEnd(WorkState.INTERRUPTED, turn.report(), turn.error()),
                  when,
                  turn.contextLost());
          session.used(when);
          note(session, SessionEntry.event(Kind.INTERRUPT, when, turn));
          marked++;
        }
      }
    }
    return marked;
  }

  @Override
  public synchronized boolean deleteClosedBefore(Instant time, Instant when) {
    List<SessionEntry> old =
        sessions.newestFirst().filter(entry -> entry.released && before(entry, time)).toList();
    if (!old.isEmpty()) {
      SessionEntry oldest = old.getLast();
      sessions.remove(oldest);
      byId.remove(oldest.added.id());
      note(oldest, oldest.event(Kind.HARD_DELETE, when));
    }
    return old.size() > 1;
  }

  @Override
  public synchronized boolean deleteBefore(Instant time) {
    trail.removeIf(noted -> noted.event().at().isBefore(time));
    return false;
  }

  private void note(SessionEntry entry, SessionEvent event) {
    trail.add(new Noted(event, entry.added.terms().model()));
  }

  private List<Session> some(Predicate<SessionEntry> wanted, int limit) {
    return sessions
        .newestFirst()
        .filter(wanted)
        .limit(limit)
        .map(SessionEntry::session)
        .map(Session::listed)
        .toList();
  }

  private SessionEntry added(String sessionId) {
    return Objects.requireNonNull(byId.get(sessionId));
  }

  private Optional<TurnEntry> entry(String sessionId, int index) {
    return Optional.ofNullable(byId.get(sessionId)).flatMap(session -> session.turn(index));
  }

  private List<SessionEntry> holders(String tokenId, String key) {
    return sessions
        .newestFirst()
        .filter(belongsTo(tokenId))
        .filter(entry -> entry.key != null && entry.key.value().equals(key))
        .toList();
  }

  private List<TurnEntry> turnHolders(String tokenId, String key) {
    Stream<TurnEntry> all = sessions.newestFirst().flatMap(session -> session.turns.newestFirst());
    return all.filter(entry -> entry.turn.tokenId().equals(tokenId))
        .filter(entry -> entry.key != null && entry.key.value().equals(key))
        .toList();
  }

  private static Predicate<SessionEntry> belongsTo(@Nullable String tokenId) {
    return entry -> tokenId == null || entry.added.tokenId().equals(tokenId);
  }

  private static boolean before(SessionEntry entry, Instant time) {
    return entry.closedAt != null && entry.closedAt.isBefore(time);
  }

  private static Turn lost(Turn turn, boolean contextLost) {
    return new Turn(
        turn.sessionId(),
        turn.tokenId(),
        turn.appName(),
        turn.index(),
        turn.promptBytes(),
        turn.files(),
        turn.requestId(),
        new Progress(
            turn.state(),
            turn.createdAt(),
            turn.startedAt(),
            turn.endedAt(),
            turn.report(),
            turn.error()),
        contextLost);
  }
}
