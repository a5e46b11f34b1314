package com.clawdforge.http.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.ConnectionMetaData;

/** The other end of a request's connection. */
public final class Peer {
  private final ConnectionMetaData connection;

  private Peer(ConnectionMetaData connection) {
    this.connection = connection;
  }

  public static Peer of(HttpServletRequest request) {
    return new Peer(
        ServletContextRequest.getServletContextRequest(request).getConnectionMetaData());
  }

  InetAddress address() {
    return socketAddress(connection.getRemoteSocketAddress()).getAddress();
  }

  /** Whether the peer has closed its end, as far as is known; it may still read. */
  public boolean gone() {
    return !connection.getConnection().getEndPoint().isOpen()
        || PeerWatch.gone(
            socketAddress(connection.getLocalSocketAddress()),
            socketAddress(connection.getRemoteSocketAddress()));
  }

  /** Closes the connection. */
  public void disconnect() {
    connection.getConnection().getEndPoint().close();
  }

  private static InetSocketAddress socketAddress(SocketAddress address) {
    return (InetSocketAddress) address;
  }
}
