package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Follows a piece of work for a future, over as many connections as it takes, on whatever thread
 * brings the news: nobody waits. Whoever completes the future meanwhile, by cancelling it or by a
 * time limit, has the work cancelled.
 */
final class Following<R> {
  private final Transport transport;
  // Under the lock, as what is not final.
  private final Feed<?, R> feed;
  private final Patience patience;
  private final CompletableFuture<R> outcome = new CompletableFuture<>();
  // Done when nothing is to be done any more, cancelling the work included.
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean over;
  private boolean accepted;
  private @Nullable EventBody body;
  private CompletableFuture<?> connecting = CompletableFuture.completedFuture(false);
  private CompletableFuture<Boolean> watch = CompletableFuture.completedFuture(false);

  private Following(Transport transport, Feed<?, R> feed, Duration limit) {
    this.transport = transport;
    this.feed = feed;
    this.patience = new Patience(limit, transport.timing().jitter());
  }

  /**
   * What comes of the work; a {@link ForgeException} if it fails.
   *
   * @throws IllegalStateException if the client is closed
   */
  static <R> CompletableFuture<R> of(Transport transport, Feed<?, R> feed, Duration limit) {
    Following<R> following = new Following<>(transport, feed, limit);
    transport.underWay().add(following.ended);
    Futures.onEnd(following.outcome, (result, failed) -> following.abandon());
    following.endWithin(limit);
    following.connect();
    return following.outcome;
  }

  private void endWithin(Duration limit) {
    CompletableFuture<Boolean> timer = timer(limit);
    Futures.onEnd(outcome, (result, failed) -> timer.complete(false));
    Futures.onEnd(
        timer,
        (expired, failed) -> {
          if (expired) {
            fail(new ForgeTransportException("no end within " + limit, null));
          }
        });
  }

  // True when the time is over, unless it is completed before; it holds nothing up then.
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
      pending = transport.streamAsync(feed.call(), () -> !outcome.isDone());
      connecting = pending;
    }
    Futures.onEnd(
        pending,
        (answer, failed) -> {
          if (failed == null) {
            connected(answer);
          } else {
            lost(failed, Duration.ZERO);
          }
        });
  }

  private void connected(EventBody answer) {
    synchronized (this) {
      if (!over) {
        accepted = true;
        feed.head(answer.headers());
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

  // Taking a message may bring the next one on this very thread, before the first was looked at:
  // one takes them all, in their order, whoever else comes.
  private void drain() {
    int calls = waiting.incrementAndGet();
    if (calls != 1) {
      return;
    }
    while (calls != 0) {
      EventBody answer = current();
      if (answer != null) {
        drain(answer);
      }
      calls = waiting.addAndGet(-calls);
    }
  }

  private synchronized @Nullable EventBody current() {
    return over ? null : body;
  }

  private void drain(EventBody answer) {
    Message message = answer.poll();
    while (message != null) {
      if (!take(answer, message)) {
        return;
      }
      message = answer.poll();
    }
    synchronized (this) {
      if (body != answer || over || !answer.over()) {
        return;
      }
      body = null;
    }
    IOException why = answer.failure();
    lost(why == null ? new IOException("it ended too early") : why, answer.lasted());
  }

  /** Whether there may be more. */
  private boolean take(EventBody answer, Message message) {
    R result;
    synchronized (this) {
      if (body != answer || over) {
        return false;
      }
      try {
        patience.heard();
        feed.take(message);
      } catch (RuntimeException e) {
        fail(e);
        return false;
      }
      result = feed.result();
    }
    if (result != null) {
      end(() -> outcome.complete(result));
    }
    return result == null;
  }

  // The gateway says something every 15 seconds; a connection that says nothing is dead.
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
      lost(new HttpTimeoutException("nothing came for " + silence), answer.lasted());
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
      // Before it was accepted there is nothing to be mended, and calls try again by themselves.
      if (!accepted || !Patience.mayPass(why)) {
        fail(why);
        return;
      }
      try {
        pause = patience.pauseAfter(why, lasted);
      } catch (ForgeTransportException lastOne) {
        fail(lastOne);
        return;
      }
    }
    Futures.onEnd(transport.timing().pause().take(pause), (passed, failed) -> connect());
  }

  private void fail(Throwable why) {
    end(() -> outcome.completeExceptionally(why));
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
    // What the app does with the outcome may take long, and may call this client: not on its
    // threads.
    outcome.defaultExecutor().execute(completion);
  }

  // Somebody else completed the outcome: the work is not wanted any more. Before it was accepted it
  // has no name to cancel it by; then this comes again when it is.
  private void abandon() {
    Call cancel;
    synchronized (this) {
      if (over || !accepted) {
        return;
      }
      over = true;
      cancel = feed.cancel();
    }
    disconnect();
    if (cancel == null) {
      ended.complete(null);
    } else {
      Futures.onEnd(transport.sendAsync(cancel), (reply, failed) -> ended.complete(null));
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
