package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.session.SessionCost;
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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions over the Agent Client Protocol with the agents' own adapters. An adapter stays between
 * turns, and a turn costs little more than its prompt takes the agent. Sessions that have no turn
 * for some time are closed in their adapter and taken up again at their next turn.
 */
public final class DirectDriver implements AgentSessions {
  private static final Logger log = LoggerFactory.getLogger(DirectDriver.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final SessionSettings settings;
  private final Agents agents;
  private final HostPool hosts;
  private final LoadedSessions loaded = new LoadedSessions();
  private final LiveTurns live = new LiveTurns("acp-");

  /** Sessions that may have processes: a completed turn may leave some. */
  private final Set<String> used = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService idle =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("idle-agents").factory());

  /**
   * Starts no agent yet.
   *
   * @param sessionsPerAgent the most sessions of an adapter process, where it can have several
   */
  public DirectDriver(SessionSettings settings, int sessionsPerAgent) {
    this.settings = settings;
    this.agents = new Agents(settings);
    this.hosts = new HostPool(settings, sessionsPerAgent);
    ScheduledFuture<?> unused =
        idle.scheduleWithFixedDelay(
            this::endIdle, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void endIdle() {
    try {
      loaded.unloadIdle(settings.agentIdleTtl(), live::has);
      hosts.tend(settings.agentIdleTtl());
    } catch (RuntimeException | Error e) {
      // An Error too: otherwise no agent would be ended any more.
      log.error("idle agents are not ended", e);
    }
  }

  @Override
  public SessionOpening open(AgentSession session) {
    return agents.open(
        session,
        found -> {
          agent(session).prepare();
          hosts.keepSpare(hosts.key(session), AgentProfile.of(session.agent()), found);
        });
  }

  @Override
  public Optional<String> objectionToLessNetwork(String agent) {
    return agents.objectionToLessNetwork(agent);
  }

  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    DirectTurn turn = new DirectTurn(agent(session), () -> agents.find(session), prompt, listener);
    used.add(session.sessionId());
    return live.start(session.sessionId(), turn);
  }

  @Override
  public Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return new SessionCost(settings.folders().of(session)).takeBetweenTurns();
  }

  @Override
  public void close(AgentSession session) {
    release(session);
    DirectAgent agent = agent(session);
    if (!agent.killAll()) {
      throw new IllegalStateException(
          "processes of session "
              + session.sessionId()
              + " cannot be ended; look for "
              + ProcessTree.TAG);
    }
    agent.forget();
    used.remove(session.sessionId());
  }

  /**
   * Ends a session's turn, if it has one, and its agent; the session can go on later.
   *
   * @throws IllegalStateException if this thread was interrupted while it waited for the turn
   */
  public void release(AgentSession session) {
    live.abandon(session.sessionId());
    loaded.unload(session.sessionId()).join();
  }

  @Override
  public void endOrphans(Collection<String> sessionIds) {
    hosts.endOrphans();
    SessionProcesses.endOf(sessionIds);
  }

  @Override
  public List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince) {
    List<SessionDirectory> unknown = settings.folders().unknownSinceBefore(unknownSince, known);
    SessionProcesses.endOf(SessionFolders.genuine(unknown));
    unknown.forEach(SessionDirectory::delete);
    return unknown.stream().map(SessionFolders::id).toList();
  }

  @Override
  public void close() {
    idle.shutdownNow();
    live.endAll();
    loaded.unloadAll();
    hosts.close();
    SessionProcesses.endOf(List.copyOf(used));
    used.clear();
  }

  private DirectAgent agent(AgentSession session) {
    return new DirectAgent(session, AgentProfile.of(session.agent()), settings, hosts, loaded);
  }
}
