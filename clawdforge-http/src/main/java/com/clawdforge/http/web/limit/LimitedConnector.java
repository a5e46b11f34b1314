package com.clawdforge.http.web.limit;

import com.clawdforge.http.web.limit.DoorObserver.Closed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections within the {@link DoorLimits}: one whose address may not call is closed
 * before anything is read from it. Jetty's own limits stop accepting altogether, and it has no time
 * limit for a whole head: each byte that drips in extends its idle timeout.
 */
public final class LimitedConnector extends ServerConnector {
  /** As many may wait to be accepted, if the system allows it; Java's default is 50. */
  private static final int BACKLOG = 1024;

  private static final Duration LONGEST_BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final DoorLimits limits;
  private final Callers callers;
  private final DoorObserver observer;
  private final StrangerLog strangers = new StrangerLog();
  private final Connections connections;
  private volatile Scheduler.@Nullable Task nextLook;

  /**
   * Which addresses may connect.
   *
   * @param allowed may connect at all
   * @param unlimited may have any number of connections, because many callers are behind them
   */
  public record Callers(Predicate<InetAddress> allowed, Predicate<InetAddress> unlimited) {}

  public LimitedConnector(
      Server server,
      HttpConnectionFactory http,
      DoorLimits limits,
      Callers callers,
      DoorObserver observer) {
    super(server, http);
    this.limits = limits;
    this.callers = callers;
    this.observer = observer;
    this.connections = new Connections(limits, callers.unlimited(), observer);
    addBean(connections);
    setAcceptQueueSize(BACKLOG);
  }

  /** The connection of a request, or null if no connector of this kind accepted it. */
  static @Nullable OpenConnection connection(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint() instanceof Watched watched
        ? watched.connection
        : null;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    lookAgain();
  }

  @Override
  protected void doStop() throws Exception {
    Scheduler.Task planned = nextLook;
    if (planned != null) {
      planned.cancel();
    }
    super.doStop();
  }

  @Override
  public void accept(int acceptorId) throws IOException {
    ServerSocketChannel listening = (ServerSocketChannel) getTransport();
    if (listening != null && listening.isOpen()) {
      SocketChannel channel = listening.accept();
      if (admits(channel)) {
        serve(channel);
      } else {
        IO.close(channel);
      }
    }
  }

  private void serve(SocketChannel channel) throws IOException {
    try {
      channel.configureBlocking(false);
    } catch (IOException closedMeanwhile) {
      connections.onAcceptFailed(channel, closedMeanwhile);
      return;
    }
    configure(channel.socket());
    getSelectorManager().accept(channel);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
    OpenConnection connection = connections.of(channel);
    if (connection == null) {
      throw new IOException("closed for another connection");
    }
    Watched watched = new Watched(channel, selector, key, getScheduler(), connection);
    watched.setIdleTimeout(getIdleTimeout());
    connection.servedBy(watched);
    return watched;
  }

  private boolean admits(SocketChannel channel) throws IOException {
    if (!(channel.getRemoteAddress() instanceof InetSocketAddress peer)) {
      return false;
    }
    if (!callers.allowed().test(peer.getAddress())) {
      observer.closed(Closed.ADDRESS);
      strangers.came(peer.getAddress());
      return false;
    }
    return connections.admit(channel, peer.getAddress());
  }

  private void lookAgain() {
    long millis =
        Math.min(LONGEST_BETWEEN_LOOKS.toMillis(), Math.max(1, limits.headTime().toMillis() / 4));
    nextLook =
        getScheduler()
            .schedule(
                () -> {
                  connections.closeOverdue(limits.headTime());
                  if (isRunning()) {
                    lookAgain();
                  }
                },
                millis,
                TimeUnit.MILLISECONDS);
  }

  /** Notices when bytes arrive. */
  private static final class Watched extends SocketChannelEndPoint {
    private final OpenConnection connection;

    private Watched(
        SocketChannel channel,
        ManagedSelector selector,
        SelectionKey key,
        Scheduler scheduler,
        OpenConnection connection) {
      super(channel, selector, key, scheduler);
      this.connection = connection;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      int filled = super.fill(buffer);
      if (filled > 0) {
        connection.received();
      }
      return filled;
    }
  }
}
