package com.clawdforge.core.run;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store that a test can break, inspect and wait for. */
final class WatchedRunStore implements RunStore {
  private static final Duration TEST_PATIENCE = Duration.ofSeconds(20);

  private final RunStore store;
  private volatile Predicate<Run> refusedAdds = run -> false;
  private volatile Predicate<Run> refusedUpdates = run -> false;
  private volatile Runnable beforeInterrupting = () -> {};

  WatchedRunStore(RunStore store) {
    this.store = store;
  }

  /** Called for each run to be added; true or an exception fails the call. */
  void breakAdds(Predicate<Run> which) {
    refusedAdds = which;
  }

  void breakUpdates(Predicate<Run> which) {
    refusedUpdates = which;
  }

  void heal() {
    refusedAdds = run -> false;
    refusedUpdates = run -> false;
  }

  void beforeInterrupting(Runnable look) {
    beforeInterrupting = look;
  }

  /** Waits until the run is recorded in this state. */
  synchronized void awaitState(String runId, WorkState state) throws InterruptedException {
    long deadline = System.nanoTime() + TEST_PATIENCE.toNanos();
    while (store.find(null, runId).map(run -> run.state() != state).orElse(true)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("run " + runId + " never became " + state);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private synchronized void signal() {
    notifyAll();
  }

  private static void refuse(boolean broken) {
    if (broken) {
      throw new StoreException("disk full", null);
    }
  }

  @Override
  public Optional<Keyed> add(
      Run run, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince) {
    refuse(refusedAdds.test(run));
    Optional<Keyed> earlier = store.add(run, prompt, key, keyedSince);
    signal();
    return earlier;
  }

  @Override
  public Optional<Keyed> findKeyed(String tokenId, IdempotencyKey key, Instant keyedSince) {
    return store.findKeyed(tokenId, key, keyedSince);
  }

  @Override
  public void update(Run run) {
    refuse(refusedUpdates.test(run));
    store.update(run);
    signal();
  }

  @Override
  public void updateAndForgetKey(Run run) {
    refuse(refusedUpdates.test(run));
    store.updateAndForgetKey(run);
    signal();
  }

  @Override
  public void keep(String runId, KeptAnswer answer) {
    store.keep(runId, answer);
  }

  @Override
  public Optional<Run> find(@Nullable String tokenId, String runId) {
    return store.find(tokenId, runId);
  }

  @Override
  public Page<Run> listOfRequest(String tokenId, String requestId, PageRequest page) {
    return store.listOfRequest(tokenId, requestId, page);
  }

  @Override
  public Page<Run> list(@Nullable String tokenId, PageRequest page) {
    return store.list(tokenId, page);
  }

  @Override
  public List<String> unfinished() {
    return store.unfinished();
  }

  @Override
  public List<String> interruptUnfinished(Instant when) {
    beforeInterrupting.run();
    return store.interruptUnfinished(when);
  }

  @Override
  public int deleteAnswers(Instant now) {
    return store.deleteAnswers(now);
  }

  @Override
  public int deleteCreatedBefore(Instant time) {
    return store.deleteCreatedBefore(time);
  }
}
