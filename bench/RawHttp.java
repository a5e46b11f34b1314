import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection that is kept alive, with as little work as possible for each response, so that it is
 * the server that is measured.
 */
final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private long left;
  private boolean chunked;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
  }

  static RawHttp connect(URI uri) throws IOException {
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setTcpNoDelay(true);
    return new RawHttp(socket);
  }

  /** Sends a request and reads the head of its response; returns the status. */
  int send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String status = line();
    left = 0;
    chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        left = Long.parseLong(lower.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
        chunked = true;
      }
    }
    return Integer.parseInt(status.split(" ")[1]);
  }

  /** The next byte of the body, or -1 at its end. */
  int read() throws IOException {
    if (left == 0 && chunked) {
      left = Long.parseLong(line().split(";")[0].strip(), 16);
      if (left == 0) {
        line();
        chunked = false;
      }
    }
    if (left == 0) {
      return -1;
    }
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the connection ended within a body");
    }
    left--;
    if (left == 0 && chunked) {
      line();
    }
    return next;
  }

  void skipBody() throws IOException {
    while (read() >= 0) {
      // It is not looked at.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  static byte[] request(String method, URI uri, String bearer, String accept, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method + " " + uri.getPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
            + "\r\nAuthorization: " + bearer + "\r\nAccept: " + accept
            + (content.length == 0
                ? ""
                : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length)
            + "\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.UTF_8);
  }
}
