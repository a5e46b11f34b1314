package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A turn while it happens: each event once and in order, as soon as the agent sent it, and at the
 * end the result. When the connection breaks, the turn goes on; the stream connects again and goes
 * on where it was. For one thread, and for one pass; {@link #close} may come from any thread. What
 * goes through the events throws {@link ForgeException}: {@link ForgeApiException} if the turn
 * failed.
 */
public final class TurnStream implements Iterable<TurnEvent>, AutoCloseable {
  // In a row, with nothing arriving in between: long enough for a gateway that is started anew.
  private static final int MOST_TRIES = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Pattern PLACE = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})");

  private final Transport transport;
  private final String session;
  private final @Nullable Call start;
  private final Duration limit;
  private final long begun = System.nanoTime();
  private final List<TurnEvent> events = new ArrayList<>();
  private volatile @Nullable EventBody body;
  private volatile boolean closed;
  private @Nullable TurnEvent upcoming;
  private @Nullable TurnResult result;
  private @Nullable ForgeException failure;
  // 0 while it is not known.
  private int turn;
  private long seen;

  private TurnStream(
      Transport transport, String session, @Nullable Call start, int turn, Duration limit) {
    this.transport = transport;
    this.session = session;
    this.start = start;
    this.turn = turn;
    this.limit = limit;
  }

  static TurnStream start(Transport transport, String session, Call start, Duration limit) {
    TurnStream stream = new TurnStream(transport, session, start, 0, limit);
    stream.body = transport.stream(start);
    return stream;
  }

  static TurnStream follow(Transport transport, String session, int turn, Duration limit) {
    TurnStream stream = new TurnStream(transport, session, null, turn, limit);
    stream.body = transport.stream(stream.replay());
    return stream;
  }

  /** The events that were not taken yet. */
  @Override
  public Iterator<TurnEvent> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (upcoming == null) {
          upcoming = advance();
        }
        return upcoming != null;
      }

      @Override
      public TurnEvent next() {
        if (!hasNext() || upcoming == null) {
          throw new NoSuchElementException();
        }
        TurnEvent event = upcoming;
        upcoming = null;
        return event;
      }
    };
  }

  /** Waits for the end of the turn and gives all of it. */
  public TurnResult result() {
    TurnEvent event;
    do {
      event = advance();
    } while (event != null);
    if (result == null) {
      throw new IllegalStateException("a turn without an end");
    }
    return result;
  }

  private @Nullable TurnEvent advance() {
    while (result == null) {
      if (failure != null) {
        throw failure;
      }
      try {
        TurnEvent event = take(nextMessage());
        if (event != null) {
          return event;
        }
      } catch (ForgeException e) {
        failure = e;
        disconnect();
        throw e;
      }
    }
    return null;
  }

  private @Nullable TurnEvent take(EventBody.Message message) {
    switch (message.event()) {
      case "acp" -> {
        if (isNew(message.id())) {
          TurnEvent event = TurnEvent.of(object(message.data()));
          events.add(event);
          return event;
        }
      }
      case "turn" -> {
        result = TurnResult.of(object(message.data()), events);
        disconnect();
      }
      case "error" -> throw Problem.ofEvent(message.data());
      default -> {}
    }
    return null;
  }

  // What comes again after a broken connection is left out.
  private boolean isNew(@Nullable String id) {
    Matcher place = PLACE.matcher(id == null ? "" : id);
    if (!place.matches()) {
      throw new ForgeTransportException("an event of a turn came without its place", null);
    }
    turn = Integer.parseInt(place.group(1));
    long seq = Long.parseLong(place.group(2));
    if (seq <= seen) {
      return false;
    }
    seen = seq;
    return true;
  }

  private static ObjectNode object(String data) {
    ObjectNode object = Json.objectOrNull(data.getBytes(StandardCharsets.UTF_8));
    if (object == null) {
      throw new ForgeTransportException("an event of a turn is not a JSON object", null);
    }
    return object;
  }

  private EventBody.Message nextMessage() {
    for (int tries = 1; ; tries++) {
      Exception lost;
      try {
        EventBody.Message message = connected().next(patience());
        if (message != null) {
          return message;
        }
        lost = new IOException("it ended before the turn did");
      } catch (IOException e) {
        lost = e;
      } catch (ForgeException e) {
        if (Thread.currentThread().isInterrupted() || !mayPass(e)) {
          throw e;
        }
        lost = e;
      } catch (InterruptedException e) {
        throw Transport.interrupted("a turn", e);
      }
      disconnect();
      if (closed || tries == MOST_TRIES || left().isNegative()) {
        throw new ForgeTransportException(
            closed
                ? "the stream of a turn was closed"
                : "the stream of a turn broke: " + Transport.words(lost) + "; the turn goes on",
            lost);
      }
      Duration pause = FIRST_PAUSE.multipliedBy(1L << (tries - 1));
      transport.take("a turn", pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }
  }

  // A gateway that is being started anew, or a proxy in front of it.
  private static boolean mayPass(ForgeException e) {
    return !(e instanceof ForgeApiException api) || (api.status() > 501 && api.status() < 505);
  }

  private EventBody connected() throws IOException {
    EventBody current = body;
    if (current == null && !closed) {
      current = transport.stream(turn == 0 && start != null ? start : replay());
      body = current;
    }
    if (closed || current == null) {
      disconnect();
      throw new IOException("closed");
    }
    return current;
  }

  private Call replay() {
    return new Call(
            "GET",
            session + "/turns/" + turn + "/events",
            seen == 0 ? Map.of() : Map.of("Last-Event-ID", turn + "." + seen),
            BodyPublishers::noBody,
            transport.timing().plain(),
            Call.Repeat.ALWAYS)
        .streaming();
  }

  private Duration patience() throws HttpTimeoutException {
    Duration left = left();
    if (left.isNegative()) {
      throw new HttpTimeoutException("no end within " + limit);
    }
    Duration silence = transport.timing().silence();
    return left.compareTo(silence) < 0 ? left : silence;
  }

  private Duration left() {
    return limit.minusNanos(System.nanoTime() - begun);
  }

  private void disconnect() {
    EventBody current = body;
    body = null;
    if (current != null) {
      current.close();
    }
  }

  /** Ends the connection, not the turn; idempotent. */
  @Override
  public void close() {
    closed = true;
    disconnect();
  }

  /** Not what was said: this may be logged. */
  @Override
  public String toString() {
    return "TurnStream[" + session + ", turn " + turn + ", " + seen + " events]";
  }
}
