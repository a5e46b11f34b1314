package com.clawdforge.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the JDK's futures leave open. */
final class Futures {
  private Futures() {}

  /**
   * Has a consumer told how a future ends, with what went wrong free of what futures put around.
   */
  static <A> void onEnd(CompletableFuture<A> future, BiConsumer<A, @Nullable Throwable> told) {
    var unused =
        future.whenComplete(
            (answer, failed) -> told.accept(answer, failed == null ? null : cause(failed)));
  }

  /**
   * As the JDK's client does it: whoever lets go of the outcome, or has waited too long, lets go of
   * the work for it. Not a failure: the connection that told it may have been given to others.
   */
  static void giveUpWith(CompletableFuture<?> outcome, CompletableFuture<?> work) {
    onEnd(
        outcome,
        (answer, failed) -> {
          if (failed instanceof CancellationException || failed instanceof TimeoutException) {
            work.cancel(true);
          }
        });
  }

  /** Gives an answer to whoever waits for it; one that nobody waits for any more is let go of. */
  static <A> void hand(A answer, CompletableFuture<A> to) {
    if (!to.complete(answer)) {
      letGo(answer);
    }
  }

  /** Lets go of what nobody waits for any more, even if it comes at this very moment. */
  static void giveUp(CompletableFuture<?> pending) {
    if (!pending.cancel(true)) {
      onEnd(pending, (answer, failed) -> letGo(answer));
    }
  }

  private static void letGo(@Nullable Object answer) {
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
