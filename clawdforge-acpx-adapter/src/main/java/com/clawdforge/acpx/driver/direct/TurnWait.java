package com.clawdforge.acpx.driver.direct;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for an agent's responses as long as a turn has time and is not cancelled. */
final class TurnWait {
  private final long deadlineNanos;
  private final CompletableFuture<?> cancelled;

  TurnWait(long deadlineNanos, CompletableFuture<?> cancelled) {
    this.deadlineNanos = deadlineNanos;
    this.cancelled = cancelled;
  }

  /** Whether the turn's time is over. */
  boolean isOver() {
    return deadlineNanos - System.nanoTime() <= 0;
  }

  /** The response; null if the turn was cancelled or its time is over first. */
  <T> @Nullable T await(CompletableFuture<T> response) throws InterruptedException {
    try {
      CompletableFuture.anyOf(response, cancelled)
          .get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      return response.getNow(null);
    } catch (TimeoutException e) {
      return response.getNow(null);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a response never fails", e);
    }
  }
}
