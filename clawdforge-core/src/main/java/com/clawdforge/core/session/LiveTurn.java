package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.Cancellation;
import com.clawdforge.core.work.Places;
import com.clawdforge.core.work.WorkWatch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A turn that waits or runs in this process, with what it holds meanwhile. */
final class LiveTurn implements AutoCloseable {
  final TurnRequest request;
  final List<Attachment> attachments;

  /** Its claim to be the session's running turn. */
  final Places.Place line;

  final TurnFeed feed = new TurnFeed();
  private final long deadlineNanos;
  private final CompletableFuture<Turn> outcome = new CompletableFuture<>();
  private volatile Turn accepted;
  private volatile @Nullable WorkWatch watch;
  private final Cancellation cancellation = new Cancellation();

  LiveTurn(Turn turn, TurnRequest request, List<Attachment> attachments, Places.Place line) {
    this.accepted = turn;
    this.request = request;
    this.attachments = attachments;
    this.line = line;
    this.deadlineNanos = System.nanoTime() + request.timeout().toNanos();
    cancellation.reaches(line::giveUp);
  }

  /** The turn as it was accepted; its index is 0 until the store has given it one. */
  Turn accepted() {
    return accepted;
  }

  void numbered(Turn turn) {
    accepted = turn;
  }

  /** From now on it is told of the turn; before the turn starts. */
  void watchedBy(WorkWatch watcher) {
    watch = watcher;
  }

  /** Who is told of the turn. */
  WorkWatch watch() {
    return Objects.requireNonNull(watch, "a turn is watched from its start");
  }

  /** What is left of the turn's timeout; negative when it has passed. */
  Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }

  /** Tells which place it waits for, so that a cancellation ends the wait, an earlier one too. */
  void waitFor(Places.Place wanted) {
    cancellation.reaches(wanted::giveUp);
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

  /** Gives back its files and lets the session's next turn go. */
  @Override
  public void close() {
    FileService.close(attachments);
    line.close();
  }

  void complete(Turn over) {
    feed.end();
    outcome.complete(over);
  }

  /** It will have no outcome: it was not accepted after all, or its end could not be recorded. */
  void abandon(Throwable why) {
    feed.end();
    outcome.completeExceptionally(why);
  }

  CompletableFuture<Turn> outcome() {
    return outcome;
  }

  TurnTicket ticket(boolean replayed) {
    return new Ticket(this, replayed);
  }

  private record Ticket(LiveTurn turn, boolean replayed) implements TurnTicket {
    @Override
    public int turnIndex() {
      return turn.accepted.index();
    }

    @Override
    public Turn await() throws InterruptedException {
      try {
        return turn.outcome.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof StoreException broken
            ? broken
            : new CompletionException(e.getCause());
      }
    }

    @Override
    public TurnEvents events(long after) {
      return turn.feed.from(after);
    }
  }
}
