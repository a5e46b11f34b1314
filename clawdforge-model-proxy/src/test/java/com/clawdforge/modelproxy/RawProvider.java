package com.clawdforge.modelproxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider whose connections a test reads and writes byte by byte, and cuts off. */
final class RawProvider implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RawProvider.class);

  private final ServerSocket socket;

  private RawProvider(ServerSocket socket) {
    this.socket = socket;
  }

  /** What happens after the head of a request; the connection is closed afterwards. */
  interface Exchange {
    void with(InputStream body, OutputStream answer) throws IOException;
  }

  static RawProvider start(Exchange exchange) throws IOException {
    RawProvider provider =
        new RawProvider(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(() -> provider.serve(exchange));
    return provider;
  }

  private void serve(Exchange exchange) {
    while (!socket.isClosed()) {
      try (Socket accepted = socket.accept()) {
        InputStream in = accepted.getInputStream();
        int matched = 0;
        while (matched < 4) {
          int next = in.read();
          if (next < 0) {
            break;
          }
          boolean fits = next == "\r\n\r\n".charAt(matched);
          matched = fits ? matched + 1 : next == '\r' ? 1 : 0;
        }
        exchange.with(in, accepted.getOutputStream());
      } catch (IOException over) {
        log.debug("a connection is over", over);
      }
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
