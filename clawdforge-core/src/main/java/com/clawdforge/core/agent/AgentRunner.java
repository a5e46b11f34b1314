package com.clawdforge.core.agent;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs coding agents. Safe for any thread; how many run at once is the caller's to bound.
 *
 * <p>An implementation owns everything that a run needs beside the caller's values: processes,
 * working directories, deadlines. When a run's outcome is known to the caller, none of that is
 * left.
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
   * Ends what runs of an earlier, dead gateway have left behind: processes with their descendants,
   * and working directories. Blocks until it is gone. Only the runs named are touched.
   *
   * @param runIds {@link OneShot#runId()}s of runs that are certainly not running in this gateway
   */
  void endOrphans(Collection<String> runIds);

  /** Ends all runs as {@link AgentRun#cancel()} does, and waits for them. Idempotent. */
  @Override
  void close();
}
