package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the gateway tells of a turn. */
final class TurnFeed implements Feed<TurnEvent, TurnResult> {
  private static final Pattern PLACE = Pattern.compile("([1-9]\\d{0,8})\\.(\\d{1,18})");
  private static final Pattern LOCATION = Pattern.compile(".*/turns/([1-9]\\d{0,8})/events");

  private final Timing timing;
  private final String session;
  private final @Nullable Call start;
  private final List<TurnEvent> events = new ArrayList<>();
  private @Nullable TurnResult result;
  // 0 while it is not known.
  private volatile int turn;
  private long seen;

  private TurnFeed(Timing timing, String session, @Nullable Call start, int turn) {
    this.timing = timing;
    this.session = session;
    this.start = start;
    this.turn = turn;
  }

  /**
   * Of a turn that is begun by listening to it.
   *
   * @param session its path
   */
  static TurnFeed starting(Timing timing, String session, Call start) {
    return new TurnFeed(timing, session, start.streaming(), 0);
  }

  /**
   * Of a turn that was begun before.
   *
   * @param session its path
   */
  static TurnFeed of(Timing timing, String session, int turn) {
    return new TurnFeed(timing, session, null, turn);
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
            timing.plain(),
            Call.Repeat.ALWAYS)
        .streaming();
  }

  @Override
  public void head(HttpHeaders headers) {
    Matcher location = LOCATION.matcher(headers.firstValue("Content-Location").orElse(""));
    if (turn == 0 && location.matches()) {
      turn = Integer.parseInt(location.group(1));
    }
  }

  @Override
  public List<TurnEvent> take(Message message) {
    switch (message.event()) {
      case "acp" -> {
        if (isNew(message)) {
          TurnEvent event = TurnEvent.of(Feed.object(message));
          events.add(event);
          return List.of(event);
        }
      }
      case "turn" -> {
        TurnResult told = TurnResult.of(Feed.object(message), events);
        checkTurn(told.turnIndex());
        result = told;
      }
      case "error" -> throw Problem.ofEvent(message.data());
      default -> {}
    }
    return List.of();
  }

  // What comes again after a broken connection is left out.
  private boolean isNew(Message message) {
    Matcher place = Feed.place(message, PLACE);
    checkTurn(Integer.parseInt(place.group(1)));
    long seq = Long.parseLong(place.group(2));
    if (seq <= seen) {
      return false;
    }
    seen = seq;
    return true;
  }

  private void checkTurn(int told) {
    if (turn != 0 && told != turn) {
      throw new ForgeTransportException(
          "the stream of turn " + turn + " told of turn " + told, null);
    }
    turn = told;
  }

  @Override
  public @Nullable TurnResult result() {
    return result;
  }

  @Override
  public @Nullable Call cancel() {
    // Not the turn that runs: as long as the index is not known that may be another.
    return turn == 0 ? null : Call.cancel(turnPath(), timing.plain());
  }

  private String turnPath() {
    return session + "/turns/" + turn;
  }

  /** Not what was said: this may be logged. */
  @Override
  public String toString() {
    return session + ", turn " + turn + ", " + seen + " events";
  }
}
