package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.Cancellation;
import com.clawdforge.core.work.EventFollower;
import com.clawdforge.core.work.Places;
import com.clawdforge.core.work.WorkWatch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A run that is queued or running in this process, with what it holds meanwhile. */
final class LiveRun implements AutoCloseable {
  final Run accepted;
  final RunRequest request;
  final List<Attachment> attachments;
  final Places.Place place;
  final @Nullable Permissions ceiling;
  final RunFeed feed;
  private volatile @Nullable WorkWatch watch;
  private final long deadlineNanos;
  private final CompletableFuture<FinishedRun> outcome = new CompletableFuture<>();
  private final Cancellation cancellation = new Cancellation();

  /**
   * @param ceiling what the agent may do at most, or null for anything
   */
  LiveRun(
      Run accepted,
      RunRequest request,
      List<Attachment> attachments,
      Places.Place place,
      @Nullable Permissions ceiling) {
    this.accepted = accepted;
    this.request = request;
    this.attachments = attachments;
    this.place = place;
    this.ceiling = ceiling;
    this.feed = new RunFeed(request.keepEvents());
    cancellation.reaches(place::giveUp);
    this.deadlineNanos = System.nanoTime() + request.timeout().toNanos();
  }

  String id() {
    return accepted.id();
  }

  /** From now on it is told of the run; before the run starts. */
  void watchedBy(WorkWatch watcher) {
    watch = watcher;
  }

  /** Who is told of the run. */
  WorkWatch watch() {
    return Objects.requireNonNull(watch, "a run is watched from its start");
  }

  void said(AgentEvent event) {
    watch().event();
    feed.publish(event);
  }

  /** What is left of the run's timeout; negative when it has passed. */
  Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  /** Tells which agent works for it, so that a cancellation reaches it, an earlier one too. */
  void attach(AgentTask started) {
    cancellation.reaches(started::cancel);
  }

  @Nullable CancelReason cancelReason() {
    return cancellation.reason();
  }

  void cancel(CancelReason reason) {
    cancellation.cancel(reason);
  }

  /** Gives back its place and its files. */
  @Override
  public void close() {
    place.close();
    FileService.close(attachments);
  }

  void complete(FinishedRun finished) {
    outcome.complete(finished);
  }

  /** It will have no outcome: it was not accepted after all, or its end could not be recorded. */
  void abandon(Throwable why) {
    outcome.completeExceptionally(why);
  }

  CompletableFuture<FinishedRun> outcome() {
    return outcome;
  }

  RunTicket ticket(boolean replayed) {
    return new Ticket(id(), replayed, outcome, this);
  }

  static RunTicket ticketOf(FinishedRun over) {
    return new Ticket(over.run().id(), true, CompletableFuture.completedFuture(over), null);
  }

  private record Ticket(
      String runId, boolean replayed, CompletableFuture<FinishedRun> result, @Nullable LiveRun live)
      implements RunTicket {
    @Override
    public FinishedRun await() throws InterruptedException {
      try {
        return result.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof StoreException broken
            ? broken
            : new CompletionException(e.getCause());
      }
    }

    @Override
    public CompletionStage<FinishedRun> outcome() {
      return result.minimalCompletionStage();
    }

    @Override
    public void follow(EventFollower follower) {
      if (live != null) {
        live.feed.follow(follower);
      }
    }

    @Override
    public void cancel() {
      if (live != null) {
        live.cancel(CancelReason.ASKED_FOR);
      }
    }
  }
}
