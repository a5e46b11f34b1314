package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs coding agents: one-shots, and sessions turn by turn. Safe for any thread; how many run at
 * once is the caller's to bound.
 *
 * <p>An implementation owns everything that a run needs beside the caller's values: processes,
 * working directories, deadlines. When a run's outcome is known to the caller, none of that is
 * left. An agent of a session outlives its turns, until the session or the runner is closed or the
 * agent falls asleep by itself.
 */
public interface AgentRunner extends AutoCloseable {
  /**
   * Starts a run and returns without waiting for it; may block for as long as it takes to start a
   * process. Reads each attachment's content at most once, and not after the outcome.
   *
   * @param events told each message of the agent, in order, on one thread of the runner's. It must
   *     not block: the agent is waited for meanwhile. What it throws is logged and ends nothing.
   * @return the running work; faults of the agent, a missing one included, are told by its outcome
   */
  AgentRun start(OneShot oneShot, Consumer<AgentEvent> events);

  /**
   * Why answers cannot be held to a schema, in words for the app's developer, or empty if they can.
   * Does not block.
   *
   * @param jsonSchema a JSON object as text
   */
  Optional<String> objectionTo(String jsonSchema);

  /**
   * What a tool does that a one-shot may name; {@link ToolKind#OTHER} for one that is not known.
   * Does not block.
   */
  ToolKind kindOf(String tool);

  /**
   * Makes ready for a session, without waiting for an agent: says at once what cannot be had, and
   * makes the session's private directory. Idempotent. What it made, {@link #close(AgentSession)}
   * takes away.
   */
  SessionOpening open(AgentSession session);

  /**
   * Starts a turn of a session that was {@link #open opened}, by this runner or an earlier one on
   * this machine, and returns without waiting for it. The agent goes on with the conversation
   * wherever it finds it: alive, asleep or recorded. A session has one turn at a time; that is the
   * caller's to see to. Reads each attachment's content at most once, and not after the outcome.
   *
   * <p>When the outcome is known the agent may stay for the next turn, but no tool that the turn
   * has started still runs, unless it completed. Cancelled and timed-out turns leave the session
   * usable.
   *
   * @return the running turn; faults of the agent, a missing one included, are told by its outcome
   */
  AgentRun prompt(AgentSession session, Prompt prompt, TurnListener listener);

  /**
   * What a session's agent has spent in US dollars since its last turn was over, by work of its
   * own; told once. Empty if that is nothing, or not known. Only where {@link
   * AgentSession#background} is allowed there is any. Blocks for the length of a disk access.
   */
  Optional<BigDecimal> takeBackgroundCost(AgentSession session);

  /**
   * Ends a session for good: its turn if there is one, its processes with their descendants, its
   * directory. Blocks until all of it is gone, some seconds at most. Idempotent, and harmless for a
   * session that was never opened.
   *
   * @throws IllegalStateException if processes of the session are still there, or this thread was
   *     interrupted while it waited for its turn. The session's directory is kept then, and the
   *     session can be closed again.
   */
  void close(AgentSession session);

  /**
   * Ends what runs of an earlier, dead gateway have left behind: processes with their descendants,
   * and working directories. Blocks until it is gone. Only the runs named are touched.
   *
   * @param runIds {@link OneShot#runId()}s of runs that are certainly not running in this gateway
   */
  void endOrphans(Collection<String> runIds);

  /**
   * Ends the processes, with their descendants, that sessions of an earlier, dead gateway have left
   * running. Blocks until they are gone. The sessions can go on: their conversations and
   * directories stay. Only the sessions named are touched.
   *
   * @param sessionIds {@link AgentSession#sessionId()}s that have no turn in this gateway
   */
  void endOrphanedAgents(Collection<String> sessionIds);

  /**
   * Ends all runs and turns as {@link AgentRun#cancel()} does, and the processes of all sessions,
   * and waits for them. The sessions can go on in another runner. Idempotent.
   */
  @Override
  void close();
}
