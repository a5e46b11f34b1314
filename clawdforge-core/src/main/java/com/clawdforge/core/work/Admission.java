package com.clawdforge.core.work;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides whether work of one kind may start, and ends the work that is under way. Safe for any
 * thread.
 */
public final class Admission {
  private static final System.Logger log = System.getLogger(Admission.class.getName());

  /** How long callers wait for cancelled work: an agent stops within seconds. */
  private static final Duration CANCEL_GRACE = Duration.ofSeconds(10);

  private final Supplier<? extends Collection<? extends LiveWork<?>>> live;
  private final Duration cancelGrace;
  // Tokens revoked in this process are enough: no authenticated request outlives it.
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private volatile boolean shuttingDown;

  /**
   * @param live returns the work under way
   */
  public Admission(Supplier<? extends Collection<? extends LiveWork<?>>> live) {
    this(live, CANCEL_GRACE);
  }

  Admission(Supplier<? extends Collection<? extends LiveWork<?>>> live, Duration cancelGrace) {
    this.live = live;
    this.cancelGrace = cancelGrace;
  }

  /** Refuses with {@link ErrorCode#SHUTTING_DOWN} once the server shuts down. */
  public void refuseWhenShuttingDown() {
    if (shuttingDown) {
      throw Refusal.retrySoon(
          ErrorCode.SHUTTING_DOWN, "the server is shutting down; try again soon");
    }
  }

  /**
   * Refuses work that was admitted before the shutdown or the end of its token. Call this once the
   * work is among the live work, so that either this call or the end of all work sees the other.
   */
  public void refuseAfterAll(String tokenId) {
    refuseWhenShuttingDown();
    if (revoked.contains(tokenId)) {
      throw Refusal.of(ErrorCode.UNAUTHENTICATED, "the bearer is unknown or revoked");
    }
  }

  /** Whether the server is not shutting down. */
  public boolean accepting() {
    return !shuttingDown;
  }

  /** Accepts no more work. */
  public void stopAccepting() {
    shuttingDown = true;
  }

  /** Cancels all work of a revoked token and accepts no more. Returns at once. */
  public void revoke(String tokenId) {
    revoked.add(tokenId);
    cancelAll(
        live.get().stream().filter(work -> work.tokenId().equals(tokenId)).toList(),
        CancelReason.TOKEN_REVOKED);
  }

  /**
   * Waits for the work under way and cancels what does not end in time. Waits only some seconds for
   * cancelled work, and not at all for work whose end cannot be recorded.
   */
  public void drain(Duration patience) throws InterruptedException {
    stopAccepting();
    await(live.get(), patience);
    end(List.copyOf(live.get()), CancelReason.SHUTDOWN);
  }

  /** Cancels some work and waits for its end, some seconds at most. */
  public void end(List<? extends LiveWork<?>> works, CancelReason reason)
      throws InterruptedException {
    cancelAll(works, reason);
    await(works, cancelGrace);
  }

  /**
   * Cancels a piece of work and waits until it is over, some seconds at most.
   *
   * @return whether it is recorded as cancelled
   */
  public <R> boolean cancel(LiveWork<R> work, Function<R, WorkState> state)
      throws InterruptedException {
    work.cancel(CancelReason.ASKED_FOR);
    return await(work, cancelGrace) && state.apply(work.outcome().join()) == WorkState.CANCELLED;
  }

  // Waiting work goes first: the end of running work would start it.
  private static void cancelAll(List<? extends LiveWork<?>> works, CancelReason reason) {
    works.stream().filter(work -> !work.ticket().granted()).forEach(work -> work.cancel(reason));
    works.forEach(work -> work.cancel(reason));
  }

  private static void await(Collection<? extends LiveWork<?>> works, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (LiveWork<?> work : List.copyOf(works)) {
      await(work, Duration.ofNanos(deadline - System.nanoTime()));
    }
  }

  // Returns whether it is over and recorded.
  private static boolean await(LiveWork<?> work, Duration atMost) throws InterruptedException {
    try {
      work.outcome().get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      log.log(System.Logger.Level.DEBUG, "{0} is not over, or not recorded", work);
      return false;
    }
  }
}
