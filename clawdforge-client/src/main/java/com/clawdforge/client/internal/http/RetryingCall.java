package com.clawdforge.client.internal.http;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Problem;
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
 * Sends one call, and retries it where that is safe and may help. Cancelling the outcome cancels
 * the attempt.
 */
final class RetryingCall<A> {
  private final Call call;
  private final URI base;
  private final Timing timing;
  private final Supplier<CompletableFuture<A>> attempt;
  private final BooleanSupplier wanted;
  private final CompletableFuture<A> outcome = new CompletableFuture<>();
  private int retries;
  // How long the gateway has had this call wait.
  private Duration waited = Duration.ZERO;
  // Whether an attempt may have reached the gateway and done its work.
  private boolean mayBeDone;

  private RetryingCall(
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
   * Returns the answer, or fails with a {@link CallException}.
   *
   * @param attempt fails with an exception of the JDK's client, or a {@link CallException}
   * @param wanted false once the call need not be sent again, unless an attempt may have reached
   *     the gateway
   */
  static <A> CompletableFuture<A> start(
      Call call,
      URI base,
      Timing timing,
      Supplier<CompletableFuture<A>> attempt,
      BooleanSupplier wanted) {
    RetryingCall<A> retrying = new RetryingCall<>(call, base, timing, attempt, wanted);
    retrying.tryOnce();
    return retrying.outcome;
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
    Futures.cancelWith(outcome, pending);
    Futures.onEnd(pending, answer -> Futures.complete(outcome, answer), this::failed);
  }

  private void failed(Throwable failed) {
    Throwable why =
        failed instanceof TimeoutException
            ? new HttpTimeoutException("no answer within " + call.deadline())
            : failed;
    mayBeDone |= !(why instanceof CallException.Refused) && !notConnected(why);
    Duration pause = retries == timing.retries().maxRetries() ? null : pauseAfter(why);
    if (pause == null) {
      outcome.completeExceptionally(
          why instanceof CallException
              ? why
              : new CallException.Failed(
                  call + " to " + base + " failed: " + CallException.describe(why), why));
      return;
    }
    retries++;
    Futures.onEnd(timing.pause().take(pause), (over, failedToWait) -> tryOnce());
  }

  /** Returns the pause before the next attempt, or null if there is to be none. */
  private @Nullable Duration pauseAfter(Throwable why) {
    if (why instanceof CallException.Refused refusal) {
      return pauseAfter(refusal.problem());
    }
    return why instanceof IOException broken && mayRepeatAfter(broken)
        ? timing.jitter().shorten(timing.retries().pause(retries))
        : null;
  }

  private @Nullable Duration pauseAfter(Problem refusal) {
    // agent_unavailable: an agent that is not installed will not be there in a minute.
    boolean isTransient =
        refusal.status() == 429
            || (refusal.status() == 503 && !"agent_unavailable".equals(refusal.code()));
    Duration requested = refusal.retryAfter();
    if (!isTransient
        || refusal.retryForbidden()
        || requested == null
        || requested.compareTo(timing.retries().longestPause()) > 0
        || waited.plus(requested).compareTo(call.deadline()) > 0
        || call.repeat() == Call.Repeat.NEVER) {
      return null;
    }
    waited = waited.plus(requested);
    return requested;
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
}
