package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
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
   */
  static <E, R> WorkStream<E, R> open(Transport transport, Feed<E, R> feed, Duration limit) {
    WorkStream<E, R> stream = new WorkStream<>(transport, feed, new Patience(limit));
    stream.connect();
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
    try {
      ready.addAll(feed.take(nextMessage()));
      if (feed.result() != null) {
        disconnect();
      }
    } catch (ForgeException e) {
      failure = e;
      disconnect();
      throw e;
    }
  }

  private Message nextMessage() {
    while (true) {
      Exception lost;
      try {
        Message message = connected().next(patience.silence(transport.timing()));
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
      disconnect();
      if (closed) {
        throw new ForgeTransportException("the stream was closed", lost);
      }
      transport.take("the work", patience.pauseAfter(lost));
    }
  }

  private EventBody connected() throws IOException {
    EventBody current = body;
    if (current == null && !closed) {
      current = connect();
    }
    if (closed || current == null) {
      disconnect();
      throw new IOException("closed");
    }
    return current;
  }

  private EventBody connect() {
    EventBody current = transport.stream(feed.call());
    feed.head(current.headers());
    body = current;
    return current;
  }

  private void disconnect() {
    EventBody current = body;
    body = null;
    if (current != null) {
      current.close();
    }
  }

  /** Ends the connection, not the work; idempotent. */
  @Override
  public void close() {
    closed = true;
    disconnect();
  }

  @Override
  public String toString() {
    return feed.toString();
  }
}
