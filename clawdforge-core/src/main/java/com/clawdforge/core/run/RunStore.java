package com.clawdforge.core.run;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of runs. Calls may come from any thread, block for the length of a disk access, and
 * throw {@link com.clawdforge.core.error.StoreException} when the store is broken. What a call has
 * returned from survives a crash.
 */
public interface RunStore {
  /**
   * Records a new run, in one step with the look at its key, so that of two requests with one key
   * one adds and the other finds.
   *
   * @param prompt kept for the audit, or null
   * @param key null if the caller gave none; another token's runs under the same key do not matter
   * @param keyedSince a key whose run was created before this is forgotten and may be used again
   * @return empty if the run was added, else the run that has the key, and nothing was added
   */
  Optional<Keyed> add(
      Run run, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince);

  /** A run that was asked for under a key. */
  record Keyed(Run run, IdempotencyKey key) {}

  /**
   * Records state, times, report, error, result size and kept answer of a run that was added.
   *
   * @throws IllegalArgumentException if it was not added
   */
  void update(Run run);

  /** As {@link #update}, and its key may be used for another run. */
  void updateAndForgetKey(Run run);

  /** Keeps the answer of a run that is over; nothing if the run has been deleted meanwhile. */
  void keep(String runId, KeptAnswer answer);

  /**
   * The run of that id.
   *
   * @param tokenId only if it belongs to this token; null for whoever it belongs to
   */
  Optional<Run> find(@Nullable String tokenId, String runId);

  /**
   * Newest first, without kept answers.
   *
   * @param tokenId only those of this token; null for all
   */
  Page<Run> list(@Nullable String tokenId, PageRequest page);

  /** The ids of the runs that are queued or running. */
  List<String> unfinished();

  /**
   * Marks what is queued or running as interrupted; for the start, before any run is added.
   *
   * @return the ids of the runs that were marked
   */
  List<String> interruptUnfinished(Instant when);

  /**
   * Deletes kept answers whose time has come, a bounded number in one call.
   *
   * @return how many; 0 means that none is left
   */
  int deleteAnswers(Instant now);

  /**
   * Deletes runs that were created before a time and are over, a bounded number in one call.
   *
   * @return how many; 0 means that none is left
   */
  int deleteCreatedBefore(Instant time);
}
