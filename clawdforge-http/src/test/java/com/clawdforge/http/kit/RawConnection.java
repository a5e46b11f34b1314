package com.clawdforge.http.kit;

import com.clawdforge.http.web.PeerWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A raw connection to a server under test. */
public final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader lines;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  public static RawConnection to(TestServer forge) throws IOException {
    return new RawConnection(forge.connect());
  }

  /** A connection with a small receive buffer. */
  public static RawConnection narrowTo(TestServer forge) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), forge.port()));
    return new RawConnection(socket);
  }

  public void send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** The next line with this start, or "null" at the end. */
  public String next(String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  /** Everything until the server closes; it may end in the middle. */
  public String rest() {
    StringBuilder rest = new StringBuilder();
    try {
      for (int c = lines.read(); c >= 0; c = lines.read()) {
        rest.append((char) c);
      }
    } catch (IOException reset) {
      rest.append("<reset>");
    }
    return rest.toString();
  }

  /** Waits until the server has closed its end, as the kernel reports it, without reading. */
  public void awaitCut() {
    InetSocketAddress server = (InetSocketAddress) socket.getRemoteSocketAddress();
    InetSocketAddress client = (InetSocketAddress) socket.getLocalSocketAddress();
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    while (!PeerWatch.gone(server, client)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the server never cut the connection");
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
