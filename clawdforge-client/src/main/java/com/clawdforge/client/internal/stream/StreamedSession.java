package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.Problem;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole session, until it is closed; the result is true then. */
public final class StreamedSession<E> implements StreamedWork<E, Boolean> {
  private static final Pattern PLACE = Pattern.compile("([1-9]\\d{0,8})\\.(\\d{1,18})");
  private static final String TURN_INDEX = "turn_index";

  private final String session;
  private final Duration plain;
  private final Function<Read, E> events;
  private volatile String lastEventId;
  private int turn;
  private long seen;
  private int ended;
  private boolean closed;

  /**
   * A message of the stream.
   *
   * @param betweenTurns whether the turn was over before
   */
  public record Read(Kind kind, int turn, boolean betweenTurns, ObjectNode data) {}

  /** What a message is about. */
  public enum Kind {
    STARTED,
    MESSAGE,
    ENDED,
    FAILED
  }

  /**
   * @param session the path of the session
   * @param plain the deadline of a call that runs no agent
   * @param after the id of the last event that is left out; empty for none
   * @param events makes an event of a message
   * @throws IllegalArgumentException if it is no such id
   */
  public StreamedSession(String session, Duration plain, String after, Function<Read, E> events) {
    this.session = session;
    this.plain = plain;
    this.events = events;
    this.lastEventId = after;
    if (!after.isEmpty()) {
      Matcher place = PLACE.matcher(after);
      if (!place.matches()) {
        throw new IllegalArgumentException(
            "not the id of a session's event, such as 1.2: " + after);
      }
      reach(place);
    }
  }

  private void reach(Matcher place) {
    turn = Integer.parseInt(place.group(1));
    seen = Long.parseLong(place.group(2));
  }

  @Override
  public Call call() {
    return new Call(
            "GET",
            session + "/events",
            lastEventId.isEmpty() ? Map.of() : Map.of("Last-Event-ID", lastEventId),
            BodyPublishers::noBody,
            plain,
            Call.Repeat.ALWAYS)
        .streaming();
  }

  @Override
  public void readHead(HttpHeaders headers) {}

  @Override
  public List<E> read(Message message) {
    return switch (message.event()) {
      case "turn_started" ->
          isNew(message)
              ? List.of(event(Kind.STARTED, turn, StreamedWork.object(message)))
              : List.of();
      case "acp" ->
          isNew(message)
              ? List.of(event(Kind.MESSAGE, turn, StreamedWork.object(message)))
              : List.of();
      case "turn" -> {
        ObjectNode data = StreamedWork.object(message);
        int index = Json.requiredCount(data, TURN_INDEX);
        yield isNewEnd(index) ? List.of(event(Kind.ENDED, index, data)) : List.of();
      }
      case "error" -> failed(message);
      case "closed" -> {
        closed = true;
        yield List.of();
      }
      default -> List.of();
    };
  }

  private List<E> failed(Message message) {
    ObjectNode problem = StreamedWork.object(message);
    if (problem.has(TURN_INDEX)) {
      int index = Json.requiredCount(problem, TURN_INDEX);
      return isNewEnd(index) ? List.of(event(Kind.FAILED, index, problem)) : List.of();
    }
    if ("shutting_down".equals(Json.text(problem, "code"))) {
      // The stream ends, and goes on at the server's next start.
      return List.of();
    }
    throw new CallException.Refused(Problem.ofEvent(message.data()));
  }

  private E event(Kind kind, int index, ObjectNode data) {
    return events.apply(new Read(kind, index, ended == index, data));
  }

  private boolean isNew(Message message) {
    Matcher place = StreamedWork.place(message, PLACE);
    int index = Integer.parseInt(place.group(1));
    long seq = Long.parseLong(place.group(2));
    if (index < turn || (index == turn && seq <= seen)) {
      return false;
    }
    reach(place);
    lastEventId = place.group();
    return true;
  }

  // An end has no place of its own: it comes again on a connection that goes on after its turn.
  private boolean isNewEnd(int index) {
    boolean fresh = index > ended;
    ended = Math.max(ended, index);
    return fresh;
  }

  /** The id of the last event that was read; empty if there is none. */
  public String lastEventId() {
    return lastEventId;
  }

  @Override
  public @Nullable Boolean result() {
    return closed ? true : null;
  }

  @Override
  public @Nullable Call cancel() {
    return null;
  }

  /** Leaves out what was said: this may be logged. */
  @Override
  public String toString() {
    return session + " up to " + lastEventId;
  }
}
