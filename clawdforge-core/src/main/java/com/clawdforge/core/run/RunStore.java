package com.clawdforge.core.run;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of runs. Safe for any thread. Calls block for a disk access and throw {@link
 * com.clawdforge.core.error.StoreException} when the store fails. A change is durable when its call
 * returns.
 */
public interface RunStore {
  /**
   * Records a new run and checks its key in one transaction, so that of two requests with one key
   * one adds the run and the other finds it.
   *
   * @param prompt kept for the audit, or null
   * @param key null if the caller gave none; different tokens may use the same key
   * @param keyedSince the key of a run created before this is forgotten and may be used again
   * @return empty if the run was added, otherwise the run that already has the key
   */
  Optional<Keyed> add(
      Run run, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince);

  /**
   * Finds the run that has a key, and adds none.
   *
   * @param keyedSince the key of a run created before this is forgotten
   */
  Optional<Keyed> findKeyed(String tokenId, IdempotencyKey key, Instant keyedSince);

  /** A run and the key of its request. */
  record Keyed(Run run, IdempotencyKey key) {}

  /**
   * Records state, times, report, error, result size and kept answer of a run that was added.
   *
   * @throws IllegalArgumentException if it was never added
   */
  void update(Run run);

  /** As {@link #update}, and frees its key for another run. */
  void updateAndForgetKey(Run run);

  /** Keeps the answer of a run that is over; does nothing if the run was deleted meanwhile. */
  void keep(String runId, KeptAnswer answer);

  /**
   * Finds a run.
   *
   * @param tokenId its owner, or null for any
   */
  Optional<Run> find(@Nullable String tokenId, String runId);

  /**
   * Lists runs, newest first, without kept answers and without the details of reports.
   *
   * @param tokenId their owner, or null for all
   */
  Page<Run> list(@Nullable String tokenId, PageRequest page);

  /**
   * Lists the runs that a token has asked for in requests with this id, newest first, without kept
   * answers and without the details of reports. Requests may share an id.
   */
  Page<Run> listOfRequest(String tokenId, String requestId, PageRequest page);

  /** The ids of the runs that are queued or running. */
  List<String> unfinished();

  /**
   * Marks queued and running runs as interrupted. Call this at startup, before any run is added.
   *
   * @return the ids of the runs that were marked
   */
  List<String> interruptUnfinished(Instant when);

  /**
   * Deletes expired answers, a bounded number per call.
   *
   * @return how many were deleted; 0 if none is left
   */
  int deleteAnswers(Instant now);

  /**
   * Deletes ended runs that were created before a time, a bounded number per call.
   *
   * @return how many were deleted; 0 if none is left
   */
  int deleteCreatedBefore(Instant time);
}
