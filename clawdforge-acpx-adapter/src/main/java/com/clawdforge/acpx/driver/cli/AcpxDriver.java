package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.session.SessionProcesses;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.LiveTurns;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.TurnListener;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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

  private final SessionSettings settings;
  private final Agents agents;
  private final AcpxRecords records;
  private final LiveTurns live = new LiveTurns("acpx-");
  private final Set<String> awake = ConcurrentHashMap.newKeySet();

  public AcpxDriver(SessionSettings settings) {
    this.settings = settings;
    this.agents = Agents.onAcpx(settings);
    this.records = new AcpxRecords(settings.environment());
  }

  @Override
  public SessionOpening open(AgentSession session) {
    return agents.open(session, found -> session(session).prepare(found));
  }

  @Override
  public Optional<String> objectionToLessNetwork(String agent) {
    return agents.objectionToLessNetwork(agent);
  }

  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    awake.add(session.sessionId());
    return live.start(session.sessionId(), new AcpxTurn(session(session), prompt, listener));
  }

  @Override
  public Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return session(session).cost().takeBetweenTurns();
  }

  @Override
  public void close(AgentSession session) {
    live.abandon(session.sessionId());
    session(session).close();
    awake.remove(session.sessionId());
  }

  @Override
  public void endOrphans(Collection<String> sessionIds) {
    if (!SessionProcesses.endOf(sessionIds)) {
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
    live.endAll();
    endOrphans(List.copyOf(awake));
    awake.clear();
  }

  private AcpxSession session(AgentSession session) {
    return new AcpxSession(session, settings, agents, records);
  }
}
