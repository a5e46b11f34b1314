package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
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
 * The body of an answer while it arrives as server-sent events, for whoever waits for them or is
 * called when there are some. Asks the connection for more only when what came is used up. Read by
 * one thread at a time; closed by any.
 */
final class EventBody implements BodySubscriber<EventBody>, AutoCloseable {
  private final HttpHeaders headers;
  private final byte @Nullable [] other;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All of these under the lock.
  private final EventParser parser = new EventParser();
  private final Deque<Message> arrived = new ArrayDeque<>();
  private @Nullable Subscription subscription;
  private boolean owesRequest;
  private boolean ended;
  private boolean closed;
  private @Nullable IOException failure;
  private final long begun = System.nanoTime();
  private long lastHeard = begun;
  private Runnable onArrival = () -> {};

  private EventBody(HttpHeaders headers, byte @Nullable [] other) {
    this.headers = headers;
    this.other = other;
  }

  /** Takes events as they come, anything else whole. */
  static BodyHandler<EventBody> handler() {
    return head ->
        Answers.isGood(head) && isStream(head.headers())
            ? new EventBody(head.headers(), null)
            : BodySubscribers.mapping(
                BodySubscribers.ofByteArray(), body -> new EventBody(head.headers(), body));
  }

  private static boolean isStream(HttpHeaders headers) {
    String type = headers.firstValue("Content-Type").orElse("");
    return type.toLowerCase(Locale.ROOT).startsWith(Transport.EVENT_STREAM);
  }

  HttpHeaders headers() {
    return headers;
  }

  /** The whole body if it is not one of events, else null. */
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
    tell();
  }

  @Override
  public void onError(Throwable broken) {
    lock.lock();
    try {
      end(new IOException("the connection broke", broken));
    } finally {
      lock.unlock();
    }
    tell();
  }

  @Override
  public void onComplete() {
    lock.lock();
    try {
      end(null);
    } finally {
      lock.unlock();
    }
    tell();
  }

  private void end(@Nullable IOException why) {
    if (!ended) {
      ended = true;
      failure = why;
    }
  }

  private void tell() {
    Runnable told;
    lock.lock();
    try {
      changed.signalAll();
      told = onArrival;
    } finally {
      lock.unlock();
    }
    told.run();
  }

  // The connection, if it is to be asked for more now.
  private @Nullable Subscription owed() {
    if (!owesRequest || !arrived.isEmpty() || ended) {
      return null;
    }
    owesRequest = false;
    return subscription;
  }

  /** Has this called, from now on and by any thread, whenever there may be news. */
  void onArrival(Runnable called) {
    lock.lock();
    try {
      onArrival = called;
    } finally {
      lock.unlock();
    }
    called.run();
  }

  /** The next event if it is there, else null: now, or for ever after the end. */
  @Nullable Message poll() {
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

  /** Whether all that came was taken and nothing will come any more. */
  boolean over() {
    lock.lock();
    try {
      return ended && arrived.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Why it ended; null if the gateway ended it properly, or it has not ended. */
  @Nullable IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** When the connection last gave anything at all, in the time of {@link System#nanoTime}. */
  long lastHeard() {
    lock.lock();
    try {
      return lastHeard;
    } finally {
      lock.unlock();
    }
  }

  /** How long the connection has given something: from its beginning to the last of it. */
  Duration lasted() {
    return Duration.ofNanos(lastHeard() - begun);
  }

  /**
   * Waits for the next event; null at the end of the body.
   *
   * @param silence how long nothing at all may come; the gateway sends comments in between
   * @param limit how long no event may come
   * @throws IOException if the connection broke, or one of these times has passed
   */
  @Nullable Message next(Duration silence, Duration limit)
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
          throw new HttpTimeoutException("nothing came for " + silence);
        }
        if (tillLate <= 0) {
          throw new HttpTimeoutException("the end did not come in time");
        }
        long unused = changed.awaitNanos(Math.min(tillSilent, tillLate));
      } finally {
        lock.unlock();
      }
    }
  }

  /** Gives the connection up, whoever is reading. */
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
