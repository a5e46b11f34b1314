package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.error.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A run or turn that waits or runs in this process, with what it holds meanwhile. Safe for any
 * thread.
 *
 * @param <R> what it comes to
 */
public abstract class LiveWork<R> implements AutoCloseable {
  private final String tokenId;
  private final List<Attachment> attachments;
  private final Places.Place ticket;
  private final EventLog events;
  private final long deadlineNanos;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();
  private final Cancellation cancellation = new Cancellation();
  private volatile @Nullable WorkWatch watch;

  /**
   * Holds what an accepted run or turn needs.
   *
   * @param ticket its place in the queue that it waits in first; cancelling gives it up
   * @param timeout from now on
   */
  protected LiveWork(
      String tokenId,
      List<Attachment> attachments,
      Places.Place ticket,
      EventLog events,
      Duration timeout) {
    this.tokenId = tokenId;
    this.attachments = attachments;
    this.ticket = ticket;
    this.events = events;
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

  /** What is left of the timeout; negative when it has passed. */
  public final Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  /** Sets who observes the work; before it starts. */
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

  /** Lets a cancellation, also an earlier one, end the wait for a place. */
  public final void waitFor(Places.Place wanted) {
    cancellation.onCancel(wanted::giveUp);
  }

  /** Lets a cancellation, also an earlier one, reach the agent. */
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
   * Waits for a place as long as the timeout and a limit allow.
   *
   * @return null if it has the place, else why it ends here
   */
  public final @Nullable WorkEnd awaitPlace(
      Places.Place place, Duration maxWait, String what, WorkError noRoom)
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
    return granted ? null : WorkEnd.failed(noRoom);
  }

  /** Gives back its files and its place in the queue. */
  @Override
  public final void close() {
    Attachment.close(attachments);
    ticket.close();
  }

  /** It is over and recorded. */
  public final void complete(R result) {
    events.end();
    outcome.complete(result);
  }

  /** It will have no outcome: it was not accepted after all, or its end could not be recorded. */
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
