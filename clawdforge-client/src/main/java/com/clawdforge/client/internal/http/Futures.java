package com.clawdforge.client.internal.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the JDK's futures lack: callbacks without wrapper exceptions, and cancelling the source. */
public final class Futures {
  private Futures() {}

  /** Calls back when a future ends, with the original exception instead of a wrapper. */
  public static <A> void onEnd(
      CompletableFuture<A> future, BiConsumer<A, @Nullable Throwable> callback) {
    var unused =
        future.whenComplete(
            (answer, failed) -> callback.accept(answer, failed == null ? null : cause(failed)));
  }

  /** Calls back with the answer or the original exception when a future ends. */
  public static <A> void onEnd(
      CompletableFuture<A> future, Consumer<A> onAnswer, Consumer<Throwable> onFailure) {
    onEnd(
        future,
        (answer, failed) -> {
          if (failed == null) {
            onAnswer.accept(answer);
          } else {
            onFailure.accept(failed);
          }
        });
  }

  /**
   * Cancels the work when its outcome is cancelled or times out. Not on any other failure: the
   * connection that reported it may already serve another call.
   */
  static void cancelWith(CompletableFuture<?> outcome, CompletableFuture<?> work) {
    onEnd(
        outcome,
        (answer, failed) -> {
          if (failed instanceof CancellationException || failed instanceof TimeoutException) {
            work.cancel(true);
          }
        });
  }

  /** Completes a future; if it has already ended, closes the answer instead. */
  static <A> void complete(CompletableFuture<A> outcome, A answer) {
    if (!outcome.complete(answer)) {
      discard(answer);
    }
  }

  /** Cancels a future; if an answer won the race, closes the answer. */
  public static void giveUp(CompletableFuture<?> pending) {
    if (!pending.cancel(true)) {
      onEnd(pending, (answer, failed) -> discard(answer));
    }
  }

  private static void discard(@Nullable Object answer) {
    if (answer instanceof EventBody unwanted) {
      unwanted.close();
    }
  }

  private static Throwable cause(Throwable failed) {
    return failed instanceof CompletionException && failed.getCause() != null
        ? failed.getCause()
        : failed;
  }
}
