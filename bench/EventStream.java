import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Server-sent events of a turn, a line at a time. */
final class EventStream implements AutoCloseable {
  private final RawHttp http;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);

  private EventStream(RawHttp http) {
    this.http = http;
  }

  static EventStream post(URI uri, String bearer, String body) throws IOException {
    RawHttp http = RawHttp.connect(uri);
    EventStream stream = new EventStream(http);
    int status = http.send(RawHttp.request("POST", uri, bearer, "text/event-stream", body));
    if (status != 200) {
      throw new IllegalStateException(status + " " + stream.next());
    }
    return stream;
  }

  /** The next line that is not empty, or null at the end. */
  String next() throws IOException {
    while (true) {
      int read = http.read();
      if (read == '\n' || read < 0) {
        if (line.size() > 0) {
          String whole = line.toString(StandardCharsets.UTF_8);
          line.reset();
          return whole;
        }
        if (read < 0) {
          return null;
        }
      } else {
        line.write(read);
      }
    }
  }

  /** The {@link System#nanoTime} of the first text; reads to the end. */
  long firstText() throws IOException {
    long first = 0;
    for (String line = next(); line != null; line = next()) {
      if (first == 0 && line.contains("\"agent_message_chunk\"")) {
        first = System.nanoTime();
      }
    }
    if (first == 0) {
      throw new IllegalStateException("a stream without text");
    }
    return first;
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
