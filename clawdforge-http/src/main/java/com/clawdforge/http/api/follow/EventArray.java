package com.clawdforge.http.api.follow;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.http.web.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An answer with a turn's events in a JSON array. Events are copied as the agent wrote them and
 * written while they are read, so the whole is never in memory. For one thread.
 */
public final class EventArray {
  private static final String EVENTS = ",\"events\":[";

  private final OutputStream out;

  private EventArray(OutputStream out) {
    this.out = out;
  }

  private record Opening(boolean ok, String sessionId, int turnIndex) {}

  /** Writes the answer up to the first event. */
  public static EventArray open(HttpServletResponse response, String sessionId, int turnIndex)
      throws IOException {
    response.setStatus(200);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    EventArray array = new EventArray(response.getOutputStream());
    String opening = Json.text(new Opening(true, sessionId, turnIndex));
    array.write(opening.substring(0, opening.length() - 1) + EVENTS);
    return array;
  }

  /**
   * Writes the events that exist now, without waiting for more.
   *
   * @return the seq of the last one, or the reader's start if there are none
   */
  public long writeAll(EventReader events) throws IOException, InterruptedException {
    boolean first = true;
    EventReader.Batch batch = events.next(Duration.ZERO);
    while (!batch.events().isEmpty()) {
      for (AgentEvent event : batch.events()) {
        if (!first) {
          out.write(',');
        }
        first = false;
        out.write(event.json());
      }
      if (batch.last()) {
        return batch.end();
      }
      batch = events.next(Duration.ZERO);
    }
    return batch.end();
  }

  /** Ends the answer with the members of another object. */
  public void close(Object members) throws IOException {
    write("]," + Json.text(members).substring(1));
    out.close();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
