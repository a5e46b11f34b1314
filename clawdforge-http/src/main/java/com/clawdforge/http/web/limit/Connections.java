package com.clawdforge.http.web.limit;

import com.clawdforge.http.web.limit.DoorObserver.Closed;
import java.net.InetAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.eclipse.jetty.io.SelectorManager;
import org.jspecify.annotations.Nullable;

/**
 * The open connections, which are limited together and per address. Where there is no place for one
 * more, a connection that is not in use is closed for it: first those that never had a request
 * answered, of these the one that has waited longest. So idle connections never keep a caller out.
 * Safe for any thread.
 */
final class Connections implements SelectorManager.AcceptListener {
  private static final Comparator<OpenConnection> LEAST_USED =
      Comparator.comparing(OpenConnection::answered)
          .thenComparing((a, b) -> Long.signum(a.since() - b.since()));

  private final DoorLimits limits;
  private final Predicate<InetAddress> unlimited;
  private final DoorObserver observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<SelectableChannel, OpenConnection> open = new ConcurrentHashMap<>();
  private final Map<InetAddress, Integer> byOrigin = new HashMap<>();

  /**
   * @param unlimited addresses that may have all connections
   */
  Connections(DoorLimits limits, Predicate<InetAddress> unlimited, DoorObserver observer) {
    this.limits = limits;
    this.unlimited = unlimited;
    this.observer = observer;
  }

  /** Takes a new connection in, or returns false if there is no place for it. */
  boolean admit(SocketChannel channel, InetAddress peer) {
    @Nullable InetAddress origin = unlimited.test(peer) ? null : Origin.of(peer);
    boolean admitted = ofOriginFits(origin) && fits();
    if (admitted) {
      add(new OpenConnection(channel, origin));
    } else {
      observer.closed(Closed.FULL);
    }
    return admitted;
  }

  @Nullable OpenConnection of(SelectableChannel channel) {
    return open.get(channel);
  }

  int count() {
    return open.size();
  }

  /** Closes the connections whose request's head is overdue. */
  void closeOverdue(Duration headTime) {
    long now = System.nanoTime();
    for (OpenConnection each : open.values()) {
      if (each.headOverdue(now, headTime)) {
        close(each, Closed.SLOW_HEAD);
      }
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    remove(channel);
  }

  @Override
  public void onClosed(SelectableChannel channel) {
    remove(channel);
  }

  private boolean ofOriginFits(@Nullable InetAddress origin) {
    return origin == null
        || countOf(origin) < limits.connectionsPerAddress()
        || makeRoom(each -> origin.equals(each.origin()));
  }

  private boolean fits() {
    return open.size() < limits.connections() || makeRoom(any -> true);
  }

  // Looks at all of them, which takes less time than accepting one.
  private boolean makeRoom(Predicate<OpenConnection> candidates) {
    Optional<OpenConnection> least =
        open.values().stream().filter(OpenConnection::idle).filter(candidates).min(LEAST_USED);
    least.ifPresent(each -> close(each, Closed.IDLE));

    return least.isPresent();
  }

  private void close(OpenConnection connection, Closed why) {
    if (remove(connection.channel())) {
      observer.closed(why);
      connection.close();
    }
  }

  private int countOf(InetAddress origin) {
    lock.lock();
    try {
      return byOrigin.getOrDefault(origin, 0);
    } finally {
      lock.unlock();
    }
  }

  private void add(OpenConnection connection) {
    open.put(connection.channel(), connection);
    count(connection.origin(), 1);
  }

  private boolean remove(SelectableChannel channel) {
    @Nullable OpenConnection removed = open.remove(channel);
    if (removed != null) {
      count(removed.origin(), -1);
    }
    return removed != null;
  }

  private void count(@Nullable InetAddress origin, int more) {
    if (origin != null) {
      lock.lock();
      try {
        if (byOrigin.merge(origin, more, Integer::sum) == 0) {
          byOrigin.remove(origin);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
