package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import com.clawdforge.acpx.agent.Agents;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.session.SessionCost;
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

  /** Claude writes its transcript some milliseconds after its answer (agent-facts.md, 1.9). */
  private static final Duration TRANSCRIPT_GRACE = Duration.ofSeconds(3);

  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final SessionSettings settings;
  private final Agents agents;
  private final HostPool hosts;
  private final LoadedSessions loaded = new LoadedSessions();
  private final Map<String, DirectTurn> live = new ConcurrentHashMap<>();

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
      loaded.unloadIdle(settings.agentIdleTtl(), live::containsKey);
      hosts.tend(settings.agentIdleTtl());
    } catch (RuntimeException | Error e) {
      // An Error too: otherwise no agent would be ended any more.
      log.error("idle agents are not ended", e);
    }
  }

  @Override
  public SessionOpening open(AgentSession session) {
    AgentProfile profile = AgentProfile.of(session.agent());
    Optional<SessionOpening.Unsupported> objection = profile.objectionTo(session);
    if (objection.isPresent()) {
      return objection.get();
    }
    return switch (agents.find(session.agent())) {
      case AgentLaunch.Missing missing -> new SessionOpening.Unavailable(missing.why());
      case AgentLaunch.Found found -> prepared(session, profile, found);
    };
  }

  private SessionOpening prepared(
      AgentSession session, AgentProfile profile, AgentLaunch.Found found) {
    try {
      agent(session).prepare();
      hosts.keepSpare(hosts.key(session), profile, found);
      return new SessionOpening.Ready();
    } catch (IOException e) {
      log.error("cannot make the directory of session {}", session.sessionId(), e);
      return new SessionOpening.Unavailable(
          "the session's directory cannot be made on the server; its log says why");
    }
  }

  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    DirectTurn turn =
        new DirectTurn(agent(session), () -> agents.find(session.agent()), prompt, listener);
    String id = session.sessionId();
    used.add(id);
    live.put(id, turn);
    boolean started = false;
    try {
      turn.start("acp-", () -> live.remove(id, turn));
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
    DirectTurn turn = live.get(session.sessionId());
    if (turn != null) {
      turn.abandon();
      if (!await(List.of(turn))) {
        throw new IllegalStateException(
            "interrupted while the turn of session " + session.sessionId() + " was ending");
      }
    }
    loaded.unload(session.sessionId()).join();
  }

  @Override
  public void endOrphans(Collection<String> sessionIds) {
    hosts.endOrphans();
    endProcesses(sessionIds);
  }

  private static void endProcesses(Collection<String> sessionIds) {
    if (!sessionIds.isEmpty()
        && !ProcessTree.tagged(sessionIds).end(TRANSCRIPT_GRACE, ORPHAN_GRACE)) {
      log.error("processes of sessions cannot be ended; look for {}", ProcessTree.TAG);
    }
  }

  @Override
  public List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince) {
    List<SessionDirectory> unknown = settings.folders().unknownSinceBefore(unknownSince, known);
    endProcesses(SessionFolders.genuine(unknown));
    unknown.forEach(SessionDirectory::delete);
    return unknown.stream().map(SessionFolders::id).toList();
  }

  @Override
  public void close() {
    idle.shutdownNow();
    List<DirectTurn> turns = List.copyOf(live.values());
    turns.forEach(DirectTurn::cancel);
    await(turns);
    loaded.unloadAll();
    hosts.close();
    endProcesses(List.copyOf(used));
    used.clear();
  }

  private DirectAgent agent(AgentSession session) {
    return new DirectAgent(session, AgentProfile.of(session.agent()), settings, hosts, loaded);
  }

  // False if the thread was interrupted.
  private static boolean await(List<DirectTurn> turns) {
    try {
      for (DirectTurn turn : turns) {
        turn.await();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
