package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventBody;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.clawdforge.client.internal.http.Futures;
import com.clawdforge.client.internal.http.Transport;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Follows a run or a turn for a future, over as many connections as it takes, on the threads that
 * deliver the events: no thread waits. If the app completes the future first, by cancelling it or
 * by a time limit, the work is cancelled.
 */
public final class AsyncFollower<R> {
  private final Transport transport;
  // The lock guards these two and all fields that are not final.
  private final StreamedWork<?, R> work;
  private final ReconnectBudget budget;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();
  // Completes when nothing is left to do, cancelling the work included.
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final AtomicInteger drains = new AtomicInteger();
  private volatile boolean over;
  private boolean accepted;
  private @Nullable EventBody body;
  private CompletableFuture<?> connecting = CompletableFuture.completedFuture(false);
  private CompletableFuture<Boolean> watch = CompletableFuture.completedFuture(false);

  private AsyncFollower(Transport transport, StreamedWork<?, R> work, Duration limit) {
    this.transport = transport;
    this.work = work;
    this.budget = new ReconnectBudget(limit, transport.timing().jitter());
  }

  /**
   * Returns a future of the result; it fails with an exception of the API.
   *
   * @throws IllegalStateException if the client is closed
   */
  public static <R> CompletableFuture<R> follow(
      Transport transport, StreamedWork<?, R> work, Duration limit) {
    AsyncFollower<R> follower = new AsyncFollower<>(transport, work, limit);
    transport.inFlight().add(follower.ended);
    Futures.onEnd(follower.outcome, (result, failed) -> follower.abandon());
    follower.endWithin(limit);
    follower.connect();
    return follower.outcome;
  }

  private void endWithin(Duration limit) {
    CompletableFuture<Boolean> timer = timer(limit);
    Futures.onEnd(outcome, (result, failed) -> timer.complete(false));
    Futures.onEnd(
        timer,
        (expired, failed) -> {
          if (expired) {
            fail(new CallException.Failed("no end within " + limit, null));
          }
        });
  }

  // Completes with true after this time, unless it is completed before; holds no thread.
  private static CompletableFuture<Boolean> timer(Duration wait) {
    return new CompletableFuture<Boolean>()
        .completeOnTimeout(true, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void connect() {
    CompletableFuture<EventBody> pending;
    synchronized (this) {
      if (over) {
        return;
      }
      pending = transport.streamAsync(work.call(), () -> !outcome.isDone());
      connecting = pending;
    }
    Futures.onEnd(pending, this::connected, failed -> lost(failed, Duration.ZERO));
  }

  private void connected(EventBody answer) {
    synchronized (this) {
      if (!over) {
        accepted = true;
        work.readHead(answer.headers());
        body = answer;
      }
    }
    if (over) {
      answer.close();
    } else if (outcome.isDone()) {
      abandon();
    } else {
      watch(answer, transport.timing().silence());
      answer.onArrival(this::drain);
    }
  }

  // Polling for a message may deliver the next one on the same thread, before the first was read.
  // Therefore one call reads them all, in their order; calls in the meantime only count.
  private void drain() {
    int calls = drains.incrementAndGet();
    if (calls != 1) {
      return;
    }
    while (calls != 0) {
      EventBody answer = current();
      if (answer != null) {
        drain(answer);
      }
      calls = drains.addAndGet(-calls);
    }
  }

  private synchronized @Nullable EventBody current() {
    return over ? null : body;
  }

  private void drain(EventBody answer) {
    Message message = answer.poll();
    while (message != null) {
      if (!read(answer, message)) {
        return;
      }
      message = answer.poll();
    }
    synchronized (this) {
      if (body != answer || over || !answer.isOver()) {
        return;
      }
      body = null;
    }
    IOException why = answer.failure();
    lost(why == null ? new IOException("the stream ended too early") : why, answer.lasted());
  }

  /** Reads a message; returns whether there may be more. */
  private boolean read(EventBody answer, Message message) {
    R result;
    synchronized (this) {
      if (body != answer || over) {
        return false;
      }
      try {
        budget.onMessage();
        work.read(message);
      } catch (RuntimeException e) {
        fail(e);
        return false;
      }
      result = work.result();
    }
    if (result != null) {
      end(() -> outcome.complete(result));
    }
    return result == null;
  }

  // The gateway sends something every 10 seconds: a silent connection is dead.
  private void watch(EventBody answer, Duration wait) {
    CompletableFuture<Boolean> timer = timer(wait);
    synchronized (this) {
      if (body != answer || over) {
        timer.complete(false);
        return;
      }
      watch = timer;
    }
    Futures.onEnd(
        timer,
        (expired, failed) -> {
          if (expired) {
            check(answer);
          }
        });
  }

  private void check(EventBody answer) {
    Duration silence = transport.timing().silence();
    Duration left = silence.minusNanos(System.nanoTime() - answer.lastHeard());
    boolean dead = left.isNegative() || left.isZero();
    synchronized (this) {
      if (body != answer || over) {
        return;
      }
      if (dead) {
        body = null;
      }
    }
    if (dead) {
      answer.close();
      lost(new HttpTimeoutException("nothing arrived for " + silence), answer.lasted());
    } else {
      watch(answer, left);
    }
  }

  private void lost(Throwable why, Duration lasted) {
    Duration pause;
    synchronized (this) {
      if (over) {
        return;
      }
      // Work that was not accepted cannot be followed, and its call was already retried.
      if (!accepted || !ReconnectBudget.isTransient(why)) {
        fail(why);
        return;
      }
      try {
        pause = budget.pauseAfter(why, lasted);
      } catch (CallException givenUp) {
        fail(givenUp);
        return;
      }
    }
    Futures.onEnd(transport.timing().pause().take(pause), (passed, failed) -> connect());
  }

  private void fail(Throwable why) {
    Throwable failure = why instanceof CallException e ? transport.apiException(e) : why;
    end(() -> outcome.completeExceptionally(failure));
  }

  private void end(Runnable completion) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
    }
    disconnect();
    ended.complete(null);
    // The app's callbacks may take long or call this client: keep them off its threads.
    outcome.defaultExecutor().execute(completion);
  }

  // The app completed the outcome: it no longer wants the work. Work that was not accepted yet has
  // no id to cancel it by; connected() calls this again.
  private void abandon() {
    Call cancel;
    synchronized (this) {
      if (over || !accepted) {
        return;
      }
      over = true;
      cancel = work.cancel();
    }
    disconnect();
    if (cancel == null) {
      ended.complete(null);
    } else {
      Futures.onEnd(transport.sendAsync(cancel), (answer, failed) -> ended.complete(null));
    }
  }

  private void disconnect() {
    EventBody current;
    CompletableFuture<?> next;
    synchronized (this) {
      current = body;
      body = null;
      next = connecting;
      watch.complete(false);
    }
    next.cancel(true);
    if (current != null) {
      current.close();
    }
  }
}
