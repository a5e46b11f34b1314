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

  /** Whether it has closed its end for all that can be known; a peer that did may still read. */
  public boolean gone() {
    return !connection.getConnection().getEndPoint().isOpen()
        || PeerWatch.gone(
            socketAddress(connection.getLocalSocketAddress()),
            socketAddress(connection.getRemoteSocketAddress()));
  }

  /** Cuts the connection off. */
  public void disconnect() {
    connection.getConnection().getEndPoint().close();
  }

  private static InetSocketAddress socketAddress(SocketAddress address) {
    return (InetSocketAddress) address;
  }
}
