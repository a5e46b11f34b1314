package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.Problem;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A turn of a session. */
public final class StreamedTurn<E, R> implements StreamedWork<E, R> {
  private static final Pattern PLACE = Pattern.compile("([1-9]\\d{0,8})\\.(\\d{1,18})");
  private static final Pattern LOCATION = Pattern.compile(".*/turns/([1-9]\\d{0,8})/events");

  private final String session;
  private final Duration plain;
  private final @Nullable Call start;
  private final Function<JsonNode, E> eventReader;
  private final BiFunction<ObjectNode, List<E>, R> resultReader;
  private final List<E> events = new ArrayList<>();
  private @Nullable R result;
  // 0 while it is unknown.
  private volatile int turn;
  private long seen;

  /**
   * @param session the path of the session
   * @param plain the deadline of a call that runs no agent
   * @param start the call that starts the turn, or null if it was started before
   * @param turn its index, or 0 if {@code start} starts it
   */
  public StreamedTurn(
      String session,
      Duration plain,
      @Nullable Call start,
      int turn,
      Function<JsonNode, E> eventReader,
      BiFunction<ObjectNode, List<E>, R> resultReader) {
    this.session = session;
    this.plain = plain;
    this.start = start == null ? null : start.streaming();
    this.turn = turn;
    this.eventReader = eventReader;
    this.resultReader = resultReader;
  }

  @Override
  public Call call() {
    if (turn == 0 && start != null) {
      return start;
    }
    return new Call(
            "GET",
            turnPath() + "/events",
            seen == 0 ? Map.of() : Map.of("Last-Event-ID", turn + "." + seen),
            BodyPublishers::noBody,
            plain,
            Call.Repeat.ALWAYS)
        .streaming();
  }

  @Override
  public void readHead(HttpHeaders headers) {
    Matcher location = LOCATION.matcher(headers.firstValue("Content-Location").orElse(""));
    if (turn == 0 && location.matches()) {
      turn = Integer.parseInt(location.group(1));
    }
  }

  @Override
  public List<E> read(Message message) {
    switch (message.event()) {
      case "acp" -> {
        if (isNew(message)) {
          E event = eventReader.apply(StreamedWork.object(message));
          events.add(event);
          return List.of(event);
        }
      }
      case "turn" -> {
        ObjectNode end = StreamedWork.object(message);
        R read = resultReader.apply(end, events);
        checkTurn(Json.requiredCount(end, "turn_index"));
        result = read;
      }
      case "error" -> throw new CallException.Refused(Problem.ofEvent(message.data()));
      default -> {}
    }
    return List.of();
  }

  private boolean isNew(Message message) {
    Matcher place = StreamedWork.place(message, PLACE);
    checkTurn(Integer.parseInt(place.group(1)));
    long seq = Long.parseLong(place.group(2));
    if (seq <= seen) {
      return false;
    }
    seen = seq;
    return true;
  }

  private void checkTurn(int received) {
    if (turn != 0 && received != turn) {
      throw new CallException.Failed(
          "the stream of turn " + turn + " has an event of turn " + received, null);
    }
    turn = received;
  }

  @Override
  public @Nullable R result() {
    return result;
  }

  @Override
  public @Nullable Call cancel() {
    // Cancelling the session's current turn instead could hit another turn.
    return turn == 0 ? null : Call.cancel(turnPath(), plain);
  }

  private String turnPath() {
    return session + "/turns/" + turn;
  }

  /** Leaves out what was said: this may be logged. */
  @Override
  public String toString() {
    return session + ", turn " + turn + ", " + seen + " events";
  }
}
