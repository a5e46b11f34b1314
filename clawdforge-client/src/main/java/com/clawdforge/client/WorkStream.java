package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Follows a piece of work for a thread that waits: each event once, over as many connections as it
 * takes, then the result. For one thread and one pass; closed by any.
 */
final class WorkStream<E, R> implements Iterator<E>, AutoCloseable {
  private final Transport transport;
  private final Feed<E, R> feed;
  private final Patience patience;
  private final Deque<E> ready = new ArrayDeque<>();
  private volatile @Nullable EventBody body;
  private volatile @Nullable CompletableFuture<?> awaited;
  private volatile boolean closed;
  private @Nullable ForgeException failure;

  private WorkStream(Transport transport, Feed<E, R> feed, Patience patience) {
    this.transport = transport;
    this.feed = feed;
    this.patience = patience;
  }

  /**
   * Blocks until the gateway has taken the work in.
   *
   * @throws ForgeException if it does not
   * @throws IllegalStateException if the client is closed
   */
  static <E, R> WorkStream<E, R> open(Transport transport, Feed<E, R> feed, Duration limit) {
    transport.underWay().checkOpen();
    WorkStream<E, R> stream =
        new WorkStream<>(transport, feed, new Patience(limit, transport.timing().jitter()));
    stream.connect();
    stream.patience.rest();
    return stream;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && feed.result() == null) {
      advance();
    }
    return !ready.isEmpty();
  }

  @Override
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /** Waits for the end. */
  R result() {
    R result = feed.result();
    while (result == null) {
      advance();
      result = feed.result();
    }
    ready.clear();
    return result;
  }

  private void advance() {
    if (failure != null) {
      throw failure;
    }
    patience.resume();
    try {
      ready.addAll(feed.take(nextMessage()));
      if (feed.result() != null) {
        disconnect();
      }
    } catch (ForgeException e) {
      failure = e;
      disconnect();
      throw e;
    } finally {
      patience.rest();
    }
  }

  private Message nextMessage() {
    while (true) {
      Exception lost;
      try {
        Message message = connected().next(transport.timing().silence(), patience.left());
        if (message != null) {
          patience.heard();
          return message;
        }
        lost = new IOException("it ended too early");
      } catch (IOException e) {
        lost = e;
      } catch (ForgeException e) {
        if (Thread.currentThread().isInterrupted() || !Patience.mayPass(e)) {
          throw e;
        }
        lost = e;
      } catch (InterruptedException e) {
        throw Transport.interrupted("the work", e);
      }
      Duration lasted = disconnect();
      await(transport.timing().pause().take(patience.pauseAfter(lost, lasted)));
    }
  }

  private EventBody connected() {
    EventBody current = body;
    return current == null ? connect() : current;
  }

  private EventBody connect() {
    checkOpen();
    EventBody current =
        await(transport.streamAsync(feed.call().within(patience.left()), () -> true));
    feed.head(current.headers());
    transport.underWay().add(current);
    body = current;
    checkOpen();
    return current;
  }

  private <A> A await(CompletableFuture<A> pending) {
    awaited = pending;
    checkOpen();
    try {
      return Transport.await("the work", pending);
    } catch (CancellationException e) {
      throw closed();
    } finally {
      awaited = null;
    }
  }

  private void checkOpen() {
    if (closed || transport.underWay().isClosing()) {
      close();
      throw closed();
    }
  }

  private static ForgeTransportException closed() {
    return new ForgeTransportException("the stream was closed", null);
  }

  /** Gives up the connection, and tells how long it lasted. */
  private Duration disconnect() {
    EventBody current = body;
    body = null;
    if (current == null) {
      return Duration.ZERO;
    }
    transport.underWay().remove(current);
    current.close();
    return current.lasted();
  }

  /** Ends the connection, not the work; idempotent. */
  @Override
  public void close() {
    closed = true;
    Duration unused = disconnect();
    CompletableFuture<?> current = awaited;
    if (current != null) {
      Futures.giveUp(current);
    }
  }

  @Override
  public String toString() {
    return feed.toString();
  }
}
