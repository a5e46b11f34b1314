package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.error.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run or turn that waits or runs in this process, and the resources it holds. Safe for any
 * thread.
 *
 * @param <R> its result
 */
public abstract class LiveWork<R> implements AutoCloseable {
  private final String tokenId;
  private final List<Attachment> attachments;
  private final Places.Place ticket;
  private final EventLog events;
  private final long deadlineNanos;
  private final Clock clock;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();
  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable WorkWatch watch;

  /**
   * @param ticket its place in the queue where it waits first; a cancel gives it up
   * @param timeout from now on
   * @param clock tells the times of this work
   */
  protected LiveWork(
      String tokenId,
      List<Attachment> attachments,
      Places.Place ticket,
      EventLog events,
      Duration timeout,
      Clock clock) {
    this.tokenId = tokenId;
    this.attachments = attachments;
    this.ticket = ticket;
    this.events = events;
    this.clock = WorkClock.countingFromNow(clock);
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    cancellation.onCancel(ticket::giveUp);
  }

  public final String tokenId() {
    return tokenId;
  }

  public final List<Attachment> attachments() {
    return attachments;
  }

  public final Places.Place ticket() {
    return ticket;
  }

  public final EventLog events() {
    return events;
  }

  /** The time now, as far as this work is concerned; see {@link WorkClock}. */
  public final Instant now() {
    return clock.instant();
  }

  /** What is left of the timeout; negative once it has passed. */
  public final Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  /** How long an agent may take now: what is left of the timeout, and a moment if nothing is. */
  public final Duration patience() {
    Duration left = remaining();
    return left.isPositive() ? left : Duration.ofMillis(1);
  }

  /** Sets the observers of the work. Call this before it starts. */
  public final void watchedBy(WorkWatch watcher) {
    watch = watcher;
  }

  public final WorkWatch watch() {
    return Objects.requireNonNull(watch, "work is watched from its start");
  }

  /** Publishes an event of the agent and returns its seq. */
  public final long publish(AgentEvent event) {
    watch().event();
    return events.publish(event);
  }

  /** Registers the wait for a place, which a cancellation, even an earlier one, ends. */
  public final void waitFor(Places.Place place) {
    cancellation.onCancel(place::giveUp);
  }

  /** Registers the agent's task, which a cancellation, even an earlier one, cancels. */
  public final void attach(AgentTask started) {
    cancellation.onCancel(started::cancel);
  }

  /** Why it was cancelled, or null. */
  public final @Nullable CancelReason cancelReason() {
    return cancellation.reason();
  }

  /** Cancels and returns at once; only the first reason counts. */
  public final void cancel(CancelReason reason) {
    cancellation.cancel(reason);
  }

  /**
   * Waits for a place, up to the timeout and a limit.
   *
   * @param noRoom why there was none
   * @return null if the place was granted, else how the work ends
   */
  public final @Nullable WorkEnd awaitPlace(
      Places.Place place, Duration maxWait, String what, Supplier<WorkError> noRoom)
      throws InterruptedException {
    Duration patience = remaining();
    boolean granted = place.await(patience.compareTo(maxWait) < 0 ? patience : maxWait);
    @Nullable CancelReason reason = cancelReason();
    if (reason != null) {
      return WorkEnd.cancelled(reason, what);
    }
    if (!remaining().isPositive()) {
      return WorkEnd.timedOut(WorkError.timedOutWaiting(what));
    }
    return granted ? null : WorkEnd.failed(noRoom.get());
  }

  /** Gives back its files, its prompt and its place in the queue. */
  @Override
  public final void close() {
    Attachment.close(attachments);
    forgetPrompt();
    ticket.close();
  }

  /** Gives back what it holds of its prompt; called once it needs no prompt any more. */
  protected void forgetPrompt() {}

  /** Completes work that is over and recorded. */
  public final void complete(R result) {
    events.end();
    outcome.complete(result);
  }

  /** Ends work without an outcome: it was not accepted, or its end could not be recorded. */
  public final void abandon(Throwable why) {
    events.end();
    outcome.completeExceptionally(why);
  }

  public final CompletableFuture<R> outcome() {
    return outcome;
  }

  /**
   * Waits for the outcome.
   *
   * @throws StoreException if the end could not be recorded
   */
  public final R await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StoreException broken
          ? broken
          : new CompletionException(e.getCause());
    }
  }
}
