package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventBody;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.clawdforge.client.internal.http.Futures;
import com.clawdforge.client.internal.http.Transport;
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
 * Follows a run or a turn for a thread that waits: gives each event once, over as many connections
 * as it takes, then the result. Throws the exceptions of the API. One thread may read it, once; any
 * thread may close it.
 */
public final class BlockingFollower<E, R> implements Iterator<E>, AutoCloseable {
  private final Transport transport;
  private final StreamedWork<E, R> work;
  private final ReconnectBudget budget;
  private final Deque<E> ready = new ArrayDeque<>();
  private volatile @Nullable EventBody body;
  private volatile @Nullable CompletableFuture<?> awaited;
  private volatile boolean closed;
  private @Nullable RuntimeException failure;

  private BlockingFollower(Transport transport, StreamedWork<E, R> work, ReconnectBudget budget) {
    this.transport = transport;
    this.work = work;
    this.budget = budget;
  }

  /**
   * Blocks until the gateway has accepted the work.
   *
   * @throws IllegalStateException if the client is closed
   */
  public static <E, R> BlockingFollower<E, R> open(
      Transport transport, StreamedWork<E, R> work, Duration limit) {
    transport.inFlight().checkOpen();
    BlockingFollower<E, R> follower =
        new BlockingFollower<>(
            transport, work, new ReconnectBudget(limit, transport.timing().jitter()));
    EventBody unused = transport.translating(follower::connect);
    follower.budget.stopClock();
    return follower;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && work.result() == null) {
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

  /** Waits for the end of the work. */
  public R result() {
    R result = work.result();
    while (result == null) {
      advance();
      result = work.result();
    }
    ready.clear();
    return result;
  }

  private void advance() {
    if (failure != null) {
      throw failure;
    }
    budget.restartClock();
    try {
      ready.addAll(work.read(nextMessage()));
      if (work.result() != null) {
        disconnect();
      }
    } catch (CallException e) {
      RuntimeException known = transport.apiException(e);
      failure = known;
      disconnect();
      throw known;
    } finally {
      budget.stopClock();
    }
  }

  private Message nextMessage() {
    while (true) {
      Exception lost;
      try {
        Message message = connected().next(transport.timing().silence(), budget.left());
        if (message != null) {
          budget.onMessage();
          return message;
        }
        lost = new IOException("the stream ended too early");
      } catch (IOException e) {
        lost = e;
      } catch (CallException e) {
        if (Thread.currentThread().isInterrupted() || !ReconnectBudget.isTransient(e)) {
          throw e;
        }
        lost = e;
      } catch (InterruptedException e) {
        throw Transport.interrupted("the work", e);
      }
      Duration lasted = disconnect();
      await(transport.timing().pause().take(budget.pauseAfter(lost, lasted)));
    }
  }

  private EventBody connected() {
    EventBody current = body;
    return current == null ? connect() : current;
  }

  private EventBody connect() {
    checkOpen();
    EventBody current = await(transport.streamAsync(work.call().within(budget.left()), () -> true));
    work.readHead(current.headers());
    transport.inFlight().add(current);
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
    if (closed || transport.inFlight().isClosing()) {
      close();
      throw closed();
    }
  }

  private static CallException closed() {
    return new CallException.Failed("the stream was closed", null);
  }

  /** Closes the connection; returns how long it lasted. */
  private Duration disconnect() {
    EventBody current = body;
    body = null;
    if (current == null) {
      return Duration.ZERO;
    }
    transport.inFlight().remove(current);
    current.close();
    return current.lasted();
  }

  /**
   * Cancels the work; blocks.
   *
   * @return whether that ended it; false too while its id is unknown
   */
  public boolean cancel() {
    Call cancel = work.cancel();
    return cancel != null && transport.cancel(cancel);
  }

  /** Closes the connection and leaves the work running. Idempotent. */
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
    return work.toString();
  }
}
