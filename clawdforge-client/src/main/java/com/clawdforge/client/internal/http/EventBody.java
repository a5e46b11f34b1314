package com.clawdforge.client.internal.http;

import com.clawdforge.client.internal.http.EventParser.Message;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that arrives as server-sent events. A reader either waits in {@link #next}
 * or polls when {@link #onArrival} calls back. Requests more from the connection only when all
 * arrived events were read. One thread may read at a time; any thread may close it.
 */
public final class EventBody implements BodySubscriber<EventBody>, AutoCloseable {
  private final HttpHeaders headers;
  private final byte @Nullable [] other;
  private final long begun = System.nanoTime();
  private volatile Runnable onArrival = () -> {};
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // The lock guards all of these; the volatile ones may be read without it.
  private final EventParser parser = new EventParser();
  private final Deque<Message> arrived = new ArrayDeque<>();
  private @Nullable Subscription subscription;
  private boolean owesRequest;
  private boolean ended;
  private boolean closed;
  private volatile @Nullable IOException failure;
  private volatile long lastHeard = begun;

  private EventBody(HttpHeaders headers, byte @Nullable [] other) {
    this.headers = headers;
    this.other = other;
  }

  /** Streams events; reads any other body to its end first. */
  static BodyHandler<EventBody> handler() {
    return head ->
        AnswerValidator.isGood(head) && isStream(head.headers())
            ? new EventBody(head.headers(), null)
            : BodySubscribers.mapping(
                BodySubscribers.ofByteArray(), body -> new EventBody(head.headers(), body));
  }

  private static boolean isStream(HttpHeaders headers) {
    String type = headers.firstValue("Content-Type").orElse("");
    return type.toLowerCase(Locale.ROOT).startsWith(Transport.EVENT_STREAM);
  }

  public HttpHeaders headers() {
    return headers;
  }

  /** The complete body if it is not a stream of events, else null. */
  byte @Nullable [] other() {
    return other;
  }

  @Override
  public CompletionStage<EventBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    lock.lock();
    try {
      subscription = newSubscription;
      if (closed) {
        newSubscription.cancel();
        return;
      }
    } finally {
      lock.unlock();
    }
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    Subscription more = null;
    lock.lock();
    try {
      lastHeard = System.nanoTime();
      for (ByteBuffer piece : bytes) {
        parser.feed(piece, arrived::add);
      }
      owesRequest = true;
      more = owed();
    } catch (IOException tooLong) {
      end(tooLong);
      more = null;
    } finally {
      lock.unlock();
    }
    if (more != null) {
      more.request(1);
    }
    signal();
  }

  @Override
  public void onError(Throwable broken) {
    finish(new IOException("the connection broke", broken));
  }

  @Override
  public void onComplete() {
    finish(null);
  }

  private void finish(@Nullable IOException why) {
    lock.lock();
    try {
      end(why);
    } finally {
      lock.unlock();
    }
    signal();
  }

  private void end(@Nullable IOException why) {
    if (!ended) {
      ended = true;
      failure = why;
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  // The connection, if it is time to request more.
  private @Nullable Subscription owed() {
    if (!owesRequest || !arrived.isEmpty() || ended) {
      return null;
    }
    owesRequest = false;
    return subscription;
  }

  /** Registers the callback for news, and runs it at once. Any thread may call it, at any time. */
  public void onArrival(Runnable callback) {
    onArrival = callback;
    callback.run();
  }

  /** Returns the next event, or null if none has arrived. */
  public @Nullable Message poll() {
    Message message;
    Subscription more;
    lock.lock();
    try {
      message = arrived.poll();
      more = owed();
    } finally {
      lock.unlock();
    }
    if (more != null) {
      more.request(1);
    }
    return message;
  }

  /** Whether all events were read and no more will arrive. */
  public boolean isOver() {
    lock.lock();
    try {
      return ended && arrived.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Why it ended; null if the gateway ended it properly, or it has not ended. */
  public @Nullable IOException failure() {
    return failure;
  }

  /** When the last bytes arrived, in the time of {@link System#nanoTime}. */
  public long lastHeard() {
    return lastHeard;
  }

  /** The time from the beginning of the connection to the last bytes that arrived. */
  public Duration lasted() {
    return Duration.ofNanos(lastHeard() - begun);
  }

  /**
   * Waits for the next event; returns null at the end of the body.
   *
   * @param silence the longest time without any bytes; the gateway sends comments between events
   * @param limit the longest time without an event
   * @throws IOException if the connection broke, or one of these times has passed
   */
  public @Nullable Message next(Duration silence, Duration limit)
      throws IOException, InterruptedException {
    long asked = System.nanoTime();
    while (true) {
      Message message = poll();
      if (message != null) {
        return message;
      }
      lock.lock();
      try {
        if (!arrived.isEmpty()) {
          continue;
        }
        if (failure != null) {
          throw failure;
        }
        if (ended) {
          return null;
        }
        long now = System.nanoTime();
        long tillSilent = silence.toNanos() - (now - Math.max(lastHeard, asked));
        long tillLate = limit.toNanos() - (now - asked);
        if (tillSilent <= 0) {
          throw new HttpTimeoutException("nothing arrived for " + silence);
        }
        if (tillLate <= 0) {
          throw new HttpTimeoutException("the end did not arrive in time");
        }
        long unused = changed.awaitNanos(Math.min(tillSilent, tillLate));
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes the connection, even while another thread reads. Idempotent. */
  @Override
  public void close() {
    Subscription open;
    lock.lock();
    try {
      closed = true;
      end(new IOException("closed"));
      arrived.clear();
      open = subscription;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (open != null) {
      open.cancel();
    }
  }
}
