package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Transport;
import com.clawdforge.client.internal.stream.AsyncFollower;
import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedSession;
import com.clawdforge.client.internal.stream.StreamedTurn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with one agent. Its turns run one at a time, in the order in which the gateway
 * accepted them. Thread-safe; calls block and fail as those of {@link ForgeClient} do.
 *
 * <pre>{@code
 * try (Session session = forge.session(SessionOptions.agent("claude"))) {
 *   session.turn("Our release is called Amber.");
 *   System.out.println(session.turn("What is our release called?").text());
 * }
 * }</pre>
 */
public final class Session implements AutoCloseable {
  static final String PATH = "/sessions";
  // The longest timeout that the gateway accepts for a turn.
  private static final Duration LONGEST_TURN = Duration.ofHours(1);

  private static final Duration AS_LONG_AS_IT_LASTS = Duration.ofDays(365);

  private final Transport transport;
  private final String id;
  private final String path;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable SessionInfo info;

  /**
   * @param info null until the gateway is asked
   */
  Session(Transport transport, String id, @Nullable SessionInfo info) {
    this.transport = transport;
    this.id = id;
    this.path = path(id);
    this.info = info;
  }

  static Session of(Transport transport, SessionInfo info) {
    return new Session(transport, info.sessionId(), info);
  }

  /** The id for {@link ForgeClient#getSession} and {@link ForgeClient#reattach}. */
  public String id() {
    return id;
  }

  /** Returns the gateway's latest answer about this session; asks it only if there is none. */
  public SessionInfo info() {
    SessionInfo known = info;
    return known == null ? refresh() : known;
  }

  /** Asks the gateway about this session. */
  public SessionInfo refresh() {
    SessionInfo fresh = transport.get(path, SessionInfo::of);
    info = fresh;
    return fresh;
  }

  /** Takes a turn with every default and waits for its end. */
  public TurnResult turn(String prompt) {
    return turn(TurnRequest.of(prompt));
  }

  /**
   * Takes a turn and waits for its end, at most 30 seconds longer than the request's timeout and
   * its retries.
   */
  public TurnResult turn(TurnRequest request) {
    return transport.send(
        request.call(transport, path), answer -> TurnResult.of(answer, this::getTurn));
  }

  /** Starts a turn with every default and returns a future of its result. */
  public CompletableFuture<TurnResult> turnAsync(String prompt) {
    return turnAsync(TurnRequest.of(prompt));
  }

  /**
   * Starts a turn and returns a future of its result, which fails with {@link ForgeException}. No
   * thread waits for it. Cancelling the future, or completing it in any other way, cancels the
   * turn. Its dependents run on {@link CompletableFuture#defaultExecutor()}.
   */
  public CompletableFuture<TurnResult> turnAsync(TurnRequest request) {
    return AsyncFollower.follow(
        transport, streamed(request.call(transport, path), 0), request.limit(transport));
  }

  /** Takes a turn with every default and streams its events. */
  public TurnStream stream(String prompt) {
    return stream(TurnRequest.of(prompt));
  }

  /** Takes a turn and streams its events. Blocks until the gateway has accepted the turn. */
  public TurnStream stream(TurnRequest request) {
    return stream(streamed(request.call(transport, path), 0), request.limit(transport));
  }

  /**
   * Starts a turn without waiting for it.
   *
   * @return its index, for {@link #follow}
   */
  public int start(TurnRequest request) {
    return transport.send(
        request.detachedCall(transport, path),
        answer -> Json.requiredCount(answer.body(), "turn_index"));
  }

  /** Streams the events of a turn from its beginning, past and future ones. */
  public TurnStream follow(int turnIndex) {
    return stream(streamed(null, turnIndex), LONGEST_TURN.plus(transport.timing().margin()));
  }

  private TurnStream stream(StreamedTurn<TurnEvent, TurnResult> turn, Duration limit) {
    return new TurnStream(BlockingFollower.open(transport, turn, limit));
  }

  private StreamedTurn<TurnEvent, TurnResult> streamed(@Nullable Call start, int turnIndex) {
    return new StreamedTurn<>(
        path,
        transport.timing().plain(),
        start,
        turnIndex,
        TurnEvent::of,
        (answer, events) -> TurnResult.of(answer, events, this::getTurn));
  }

  /**
   * Follows the whole session from its beginning until it is closed. Blocks until the gateway has
   * answered.
   */
  public SessionStream watch() {
    return watch("");
  }

  /**
   * As {@link #watch()}, from an event on.
   *
   * @param after its {@link SessionStream#lastEventId()}
   * @throws IllegalArgumentException if it is no such id
   */
  public SessionStream watch(String after) {
    StreamedSession<SessionEvent> events =
        new StreamedSession<>(path, transport.timing().plain(), after, SessionEvents::of);
    return new SessionStream(events, BlockingFollower.open(transport, events, AS_LONG_AS_IT_LASTS));
  }

  /** Returns the events of a turn up to now. */
  public List<TurnEvent> events(int turnIndex) {
    return transport.get(
        path(turnIndex) + "/events", answer -> Json.list(answer, "events", TurnEvent::of));
  }

  /** Returns what the gateway knows about a turn. */
  public TurnInfo getTurn(int turnIndex) {
    return transport.get(path(turnIndex), TurnInfo::of);
  }

  /** Lists the latest turns, newest first. */
  public List<TurnInfo> turns(int atMost) {
    return transport.pages(path + "/turns", "turns", TurnInfo::of, atMost);
  }

  /**
   * Cancels the current turn, if there is one. It ends soon, and the session stays open.
   *
   * @return whether that ended a turn; false if none was running, or it is not over yet
   */
  public boolean cancel() {
    return transport.cancel(path);
  }

  /**
   * Cancels a turn, running or queued. It ends soon, and the session stays open.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancel(int turnIndex) {
    return transport.cancel(path(turnIndex));
  }

  /** Closes the session on the gateway and cancels its turns. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      boolean unused = close(transport, id);
    } catch (ForgeNotFoundException gone) {
      // The gateway has forgotten it, which is as closed as a session can be.
    } catch (ForgeException notClosed) {
      closed.set(false);
      throw notClosed;
    }
  }

  static boolean close(Transport transport, String sessionId) {
    Call close = Call.plain("DELETE", path(sessionId), transport.timing().plain());
    return !transport.send(close, answer -> Json.truth(answer.body(), "already_closed"));
  }

  private String path(int turnIndex) {
    return path + "/turns/" + turnIndex;
  }

  static String path(String sessionId) {
    return PATH + "/" + Call.segment(sessionId);
  }

  @Override
  public String toString() {
    return "Session[" + id + "]";
  }
}
