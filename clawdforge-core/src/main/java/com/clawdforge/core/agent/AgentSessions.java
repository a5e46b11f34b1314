package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Runs agents in sessions, turn by turn. Safe for any thread. Callers must limit concurrency
 * themselves.
 *
 * <p>An implementation owns processes, working directories and deadlines. The agent of a session
 * outlives its turns until the session or the implementation is closed, or the agent goes to sleep.
 */
public interface AgentSessions extends AutoCloseable {
  /**
   * Prepares a session without waiting for an agent: reports unsupported options at once and
   * creates the session's private directory, which {@link #close(AgentSession)} deletes.
   * Idempotent.
   */
  SessionOpening open(AgentSession session);

  /**
   * Returns why nothing keeps an agent's processes to less than {@link Network#ALL}, in words for
   * the app's developer and the operator; empty if something does. May take some 100 ms when it is
   * first asked.
   *
   * @param agent its name
   */
  default Optional<String> objectionToLessNetwork(String agent) {
    return Optional.of("nothing keeps the processes of " + agent + " from the network");
  }

  /**
   * Starts a turn of a session that was {@link #open opened}, by this implementation or an earlier
   * one on this machine, and returns without waiting for it. The agent continues the conversation
   * wherever it finds it: alive, asleep or recorded. A session has one turn at a time; callers must
   * ensure that. Reads each attachment's content at most once, and not after the outcome.
   *
   * <p>When the outcome is known the agent may stay for the next turn, but no tool that the turn
   * started still runs, unless the turn completed. Cancelled and timed-out turns leave the session
   * usable.
   *
   * @return the running task; its outcome reports every agent failure, also a missing agent
   */
  AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener);

  /**
   * Returns and resets what a session's agent spent in US dollars on background work since its last
   * turn ended. Empty if that is nothing or unknown. Only sessions with {@link
   * AgentSession#background} have such work. Blocks for a disk access.
   */
  Optional<BigDecimal> takeBackgroundCost(AgentSession session);

  /**
   * Ends a session for good: its turn if there is one, its processes with their descendants, its
   * directory. Blocks until all of it is gone, some seconds at most. Idempotent, and harmless for a
   * session that was never opened.
   *
   * @throws IllegalStateException if processes of the session are still running, or this thread was
   *     interrupted while it waited for the turn. Then the directory stays, and the session can be
   *     closed again.
   */
  void close(AgentSession session);

  /**
   * Ends the processes, with their descendants, that sessions of an earlier gateway left running
   * when it died. Blocks until they are gone. The sessions can continue: their conversations and
   * directories stay. Touches only the sessions named.
   *
   * @param sessionIds {@link AgentSession#sessionId()}s that have no turn in this gateway
   */
  void endOrphans(Collection<String> sessionIds);

  /**
   * Deletes what sessions have on disk that the ledger does not know, such as those that are
   * younger than the backup that it was restored from, and ends their processes.
   *
   * @param known whether the ledger knows a session, by its id
   * @param unknownSince only what was found unknown before that time, by an earlier call, also of
   *     an earlier gateway, and has not been known since
   * @return the ids of the sessions that were deleted
   */
  List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince);

  /**
   * Ends all turns as {@link AgentTask#cancel()} does, and the processes of all sessions, and waits
   * for them. The sessions can continue elsewhere. Idempotent.
   */
  @Override
  void close();
}
