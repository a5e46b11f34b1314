package com.clawdforge.modelproxy;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections of whoever is on this machine, and keeps them only for those that show a live
 * secret: all others end soon, and make room for the next one.
 */
final class Guarded extends ServerConnector {
  /** Longer than a model is silent; the connection of an agent that is gone ends by itself. */
  private static final long SILENT_MILLIS = 3_600_000;

  private final ProxyLimits limits;
  private final Set<EndPoint> known = new LinkedHashSet<>();

  /** Without a secret; the oldest first. */
  private final Set<EndPoint> strangers = new LinkedHashSet<>();

  Guarded(Server server, ProxyLimits limits, HttpConnectionFactory http) {
    super(server, null, null, null, 1, 1, http);
    this.limits = limits;
    setIdleTimeout(limits.stranger().toMillis());
  }

  /** Notes whether the latest request of a connection had a live secret. */
  static void knows(Request request, boolean secret) {
    if (request.getConnectionMetaData().getConnector() instanceof Guarded guarded) {
      guarded.move(request.getConnectionMetaData().getConnection().getEndPoint(), secret);
    }
  }

  private void move(EndPoint connection, boolean secret) {
    synchronized (this) {
      // One that was closed meanwhile is in neither.
      if (!(secret ? strangers : known).remove(connection)) {
        return;
      }
      (secret ? known : strangers).add(connection);
    }
    connection.setIdleTimeout(secret ? SILENT_MILLIS : getIdleTimeout());
  }

  @Override
  protected void onEndPointOpened(EndPoint connection) {
    super.onEndPointOpened(connection);
    Optional<EndPoint> tooMany;
    synchronized (this) {
      strangers.add(connection);
      tooMany =
          strangers.size() + known.size() > limits.connections()
              ? takeOldestStranger()
              : Optional.empty();
    }
    tooMany.ifPresent(EndPoint::close);
  }

  // The new one itself if there is no other.
  private Optional<EndPoint> takeOldestStranger() {
    Iterator<EndPoint> oldest = strangers.iterator();
    @Nullable EndPoint taken = oldest.hasNext() ? oldest.next() : null;
    if (taken != null) {
      oldest.remove();
    }
    return Optional.ofNullable(taken);
  }

  @Override
  protected void onEndPointClosed(EndPoint connection) {
    synchronized (this) {
      strangers.remove(connection);
      known.remove(connection);
    }
    super.onEndPointClosed(connection);
  }
}
