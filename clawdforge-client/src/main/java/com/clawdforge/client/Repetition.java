package com.clawdforge.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one call, again where that is safe and may help, until there is an answer or no hope. What
 * lets go of the outcome lets go of the attempt.
 */
final class Repetition<A> {
  private final Call call;
  private final URI base;
  private final Timing timing;
  private final Supplier<CompletableFuture<A>> attempt;
  private final BooleanSupplier wanted;
  private final CompletableFuture<A> outcome = new CompletableFuture<>();
  private int retries;
  private boolean mayBeDone;

  private Repetition(
      Call call,
      URI base,
      Timing timing,
      Supplier<CompletableFuture<A>> attempt,
      BooleanSupplier wanted) {
    this.call = call;
    this.base = base;
    this.timing = timing;
    this.attempt = attempt;
    this.wanted = wanted;
  }

  /**
   * The answer, or a {@link ForgeException}.
   *
   * @param attempt fails with the exceptions of the JDK's client, or one of ours
   * @param wanted whether the call is to be sent again if the gateway has certainly done nothing
   */
  static <A> CompletableFuture<A> of(
      Call call,
      URI base,
      Timing timing,
      Supplier<CompletableFuture<A>> attempt,
      BooleanSupplier wanted) {
    Repetition<A> repetition = new Repetition<>(call, base, timing, attempt, wanted);
    repetition.tryOnce();
    return repetition.outcome;
  }

  private void tryOnce() {
    if (!mayBeDone && !wanted.getAsBoolean()) {
      outcome.cancel(true);
    }
    if (outcome.isDone()) {
      return;
    }
    CompletableFuture<A> pending;
    try {
      pending = attempt.get();
    } catch (RuntimeException mistake) {
      outcome.completeExceptionally(mistake);
      return;
    }
    Futures.giveUpWith(outcome, pending);
    Futures.onEnd(
        pending,
        (answer, failed) -> {
          if (failed == null) {
            Futures.hand(answer, outcome);
          } else {
            failed(failed);
          }
        });
  }

  private void failed(Throwable failed) {
    Throwable why =
        failed instanceof TimeoutException
            ? new HttpTimeoutException("no answer within " + call.deadline())
            : failed;
    mayBeDone |= !(why instanceof ForgeApiException) && !notConnected(why);
    Duration pause = retries == timing.retries().maxRetries() ? null : pauseAfter(why);
    if (pause == null) {
      outcome.completeExceptionally(
          why instanceof ForgeException
              ? why
              : new ForgeTransportException(call + " to " + base + " failed: " + words(why), why));
      return;
    }
    retries++;
    Futures.onEnd(timing.pause().take(pause), (over, failedToWait) -> tryOnce());
  }

  /** How long to wait before the same call is sent again; null if it is not to be. */
  private @Nullable Duration pauseAfter(Throwable why) {
    if (why instanceof ForgeApiException refusal) {
      return pauseAfter(refusal);
    }
    return why instanceof IOException broken && mayRepeatAfter(broken)
        ? timing.jitter().shorten(timing.retries().pause(retries))
        : null;
  }

  private @Nullable Duration pauseAfter(ForgeApiException refusal) {
    // An agent that has to be installed first is not there in a minute.
    boolean passing =
        refusal.status() == 429
            || (refusal.status() == 503 && !"agent_unavailable".equals(refusal.code()));
    Duration asked = refusal.retryAfter();
    return !passing
            || refusal.retryForbidden()
            || asked == null
            || asked.compareTo(timing.retries().longestPause()) > 0
            || call.repeat() == Call.Repeat.NEVER
        ? null
        : asked;
  }

  private boolean mayRepeatAfter(IOException e) {
    return switch (call.repeat()) {
      case ALWAYS -> notConnected(e) || !(e instanceof HttpTimeoutException);
      case IF_NOT_DONE -> notConnected(e);
      case NEVER -> false;
    };
  }

  private static boolean notConnected(Throwable e) {
    return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
  }

  /** For a message; some of the JDK's exceptions have none. */
  static String words(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
