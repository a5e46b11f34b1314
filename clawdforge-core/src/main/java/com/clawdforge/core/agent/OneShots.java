package com.clawdforge.core.agent;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs one-shots: a fresh agent for each prompt. Safe for any thread. Callers must limit
 * concurrency themselves.
 *
 * <p>An implementation owns processes, working directories and deadlines. None of them is left when
 * the caller learns the run's outcome.
 */
public interface OneShots extends AutoCloseable {
  /**
   * Starts a run and returns without waiting for it; may block while a process starts. Reads each
   * attachment's content at most once, and not after the outcome.
   *
   * @param events receives each message of the agent, in order, on one thread of the
   *     implementation. It must not block: the agent waits meanwhile. An exception it throws is
   *     logged and changes nothing.
   * @return the running task; its outcome reports every agent failure, also a missing agent
   */
  AgentTask start(OneShot oneShot, Consumer<AgentEvent> events);

  /**
   * Returns why the agent cannot enforce a schema, in words for the app's developer; empty if it
   * can. Does not block.
   *
   * @param jsonSchema a JSON object as text
   */
  Optional<String> objectionTo(String jsonSchema);

  /**
   * Returns why the agent cannot be given these tools, in words for the app's developer; empty if
   * it can. Does not block.
   */
  default Optional<String> objectionToTools(List<String> tools) {
    return Optional.empty();
  }

  /**
   * Returns the kind of a tool that a one-shot may name; {@link ToolKind#OTHER} if unknown. Does
   * not block.
   */
  ToolKind kindOf(String tool);

  /**
   * Returns why nothing keeps the processes of one-shots to less than {@link Network#ALL}, in words
   * for the app's developer and the operator; empty if something does. May take some 100 ms when it
   * is first asked.
   */
  default Optional<String> objectionToLessNetwork() {
    return Optional.of("nothing keeps its processes from the network");
  }

  /**
   * Ends what runs of an earlier gateway left behind when it died: processes with their
   * descendants, and working directories. Blocks until all of it is gone. Touches only the runs
   * named.
   *
   * @param runIds {@link OneShot#runId()}s of runs that are certainly not running in this gateway
   */
  void endOrphans(Collection<String> runIds);

  /**
   * Deletes what runs have on disk that the ledger does not know, such as those that are younger
   * than the backup that it was restored from, and ends their processes.
   *
   * @param known whether the ledger knows a run, by its id
   * @param unknownSince only what was found unknown before that time, by an earlier call, also of
   *     an earlier gateway, and has not been known since
   * @return the ids of the runs that were deleted
   */
  List<String> deleteUnknownRuns(Predicate<String> known, Instant unknownSince);

  /** Ends all runs as {@link AgentTask#cancel()} does and waits for them. Idempotent. */
  @Override
  void close();
}
