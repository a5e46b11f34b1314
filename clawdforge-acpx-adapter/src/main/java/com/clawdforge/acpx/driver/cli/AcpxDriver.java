package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions on the command line {@code acpx}: durable, with any agent of its registry. Acpx starts
 * the agents, keeps them awake between turns and records the conversations.
 */
public final class AcpxDriver implements AgentSessions {
  private static final Logger log = LoggerFactory.getLogger(AcpxDriver.class);

  /**
   * Claude writes its transcript some milliseconds after its answer (agent-facts.md, 1.9). If it is
   * killed in between, the turn is lost; if it is asked to end, it writes first, and all processes
   * are gone in 1.3 s.
   */
  private static final Duration TRANSCRIPT_GRACE = Duration.ofSeconds(3);

  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);

  private final SessionSettings settings;
  private final Agents agents;
  private final AcpxRecords records;
  private final Map<String, AcpxTurn> live = new ConcurrentHashMap<>();
  private final Set<String> awake = ConcurrentHashMap.newKeySet();

  public AcpxDriver(SessionSettings settings) {
    this.settings = settings;
    this.agents = Agents.onAcpx(settings);
    this.records = new AcpxRecords(settings.environment());
  }

  @Override
  public SessionOpening open(AgentSession session) {
    Optional<SessionOpening.Unsupported> objection =
        AgentProfile.of(session.agent()).objectionTo(session);
    if (objection.isPresent()) {
      return objection.get();
    }
    return switch (agents.find(session.agent())) {
      case AgentLaunch.Missing missing -> new SessionOpening.Unavailable(missing.why());
      case AgentLaunch.Found found -> prepared(session, found);
    };
  }

  private SessionOpening prepared(AgentSession session, AgentLaunch.Found agent) {
    try {
      session(session).prepare(agent);
      return new SessionOpening.Ready();
    } catch (IOException e) {
      log.error("cannot make the directory of session {}", session.sessionId(), e);
      return new SessionOpening.Unavailable(
          "the session's directory cannot be made on the server; its log says why");
    }
  }

  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    AcpxTurn turn = new AcpxTurn(session(session), prompt, listener);
    String id = session.sessionId();
    awake.add(id);
    live.put(id, turn);
    boolean started = false;
    try {
      turn.start("acpx-", () -> live.remove(id, turn));
      started = true;
    } finally {
      if (!started) {
        // Otherwise close() would wait for it for ever.
        live.remove(id, turn);
      }
    }
    return turn;
  }

  @Override
  public Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return session(session).cost().takeBetweenTurns();
  }

  @Override
  public void close(AgentSession session) {
    AcpxTurn turn = live.get(session.sessionId());
    if (turn != null) {
      turn.abandon();
      if (!await(List.of(turn))) {
        throw new IllegalStateException(
            "interrupted while the turn of session " + session.sessionId() + " was ending");
      }
    }
    session(session).close();
    awake.remove(session.sessionId());
  }

  @Override
  public void endOrphans(Collection<String> sessionIds) {
    if (sessionIds.isEmpty()) {
      return;
    }
    if (!ProcessTree.tagged(sessionIds).end(TRANSCRIPT_GRACE, ORPHAN_GRACE)) {
      log.error("processes of sessions cannot be ended; look for {}", ProcessTree.TAG);
      return;
    }
    for (String id : sessionIds) {
      try {
        Optional<SessionDirectory> directory = settings.folders().find(id);
        if (directory.isPresent()) {
          records.of(directory.get()).ifPresent(records::dropLease);
        }
      } catch (IOException e) {
        log.debug("session {} has no record of acpx's", id, e);
      }
    }
  }

  @Override
  public List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince) {
    List<SessionDirectory> unknown = settings.folders().unknownSinceBefore(unknownSince, known);
    List<String> genuine = SessionFolders.genuine(unknown);
    endOrphans(genuine);
    // First, as others may have made directories with these ids.
    genuine.forEach(id -> settings.folders().find(id).ifPresent(it -> deleteRecord(id, it)));
    unknown.forEach(SessionDirectory::delete);
    return unknown.stream().map(SessionFolders::id).toList();
  }

  private void deleteRecord(String id, SessionDirectory directory) {
    try {
      records.of(directory).ifPresent(records::deleteRecord);
    } catch (IOException e) {
      log.warn("acpx's record of session {} is left", id, e);
    }
  }

  @Override
  public void close() {
    List<AcpxTurn> turns = List.copyOf(live.values());
    turns.forEach(AcpxTurn::cancel);
    await(turns);
    endOrphans(List.copyOf(awake));
    awake.clear();
  }

  private AcpxSession session(AgentSession session) {
    return new AcpxSession(session, settings, agents, records);
  }

  // False if the thread was interrupted.
  private static boolean await(List<AcpxTurn> turns) {
    try {
      for (AcpxTurn turn : turns) {
        turn.await();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
