package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Transport;
import com.clawdforge.client.internal.stream.AsyncFollower;
import com.clawdforge.client.internal.stream.BlockingFollower;
import com.clawdforge.client.internal.stream.StreamedTurn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with one agent. Its turns run one at a time, in the order in which the gateway
 * took them in, whoever asks. Safe for any thread; calls block as those of {@link ForgeClient} do,
 * and throw {@link ForgeException}.
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
  // The longest that a turn can be given.
  private static final Duration LONGEST_TURN = Duration.ofHours(1);

  private final Transport transport;
  private final String id;
  private final String path;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable SessionInfo info;

  /**
   * @param info null if the gateway was not asked yet
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

  /** What {@link ForgeClient#getSession} and {@link ForgeClient#reattach} know it by. */
  public String id() {
    return id;
  }

  /** What the gateway told last; it is asked only if it never was. */
  public SessionInfo info() {
    SessionInfo known = info;
    return known == null ? refresh() : known;
  }

  /** What the gateway tells now. */
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
        call(request, request.json(transport.defaults())), answer -> TurnResult.of(answer.body()));
  }

  /** Takes a turn with every default, while the caller does something else. */
  public CompletableFuture<TurnResult> turnAsync(String prompt) {
    return turnAsync(TurnRequest.of(prompt));
  }

  /**
   * Takes a turn, while the caller does something else. No thread waits for it. Cancelling the
   * future, or completing it in any other way, cancels the turn; what depends on it runs on {@link
   * CompletableFuture#defaultExecutor()}.
   *
   * @return fails with {@link ForgeException}
   */
  public CompletableFuture<TurnResult> turnAsync(TurnRequest request) {
    return AsyncFollower.follow(transport, starting(request), limit(request));
  }

  /** Takes a turn with every default and gives what the agent says as it says it. */
  public TurnStream stream(String prompt) {
    return stream(TurnRequest.of(prompt));
  }

  /**
   * Takes a turn and gives what the agent says as it says it. Blocks until the gateway has taken it
   * in.
   */
  public TurnStream stream(TurnRequest request) {
    return stream(starting(request), limit(request));
  }

  /**
   * Starts a turn and does not wait for it.
   *
   * @return its index, for {@link #follow}
   */
  public int start(TurnRequest request) {
    return transport.send(
        call(request, request.detachedJson(transport.defaults())),
        answer -> Json.requiredCount(answer.body(), "turn_index"));
  }

  /** Gives what the agent has said in a turn from its beginning on, and what it will say. */
  public TurnStream follow(int turnIndex) {
    return stream(streamed(null, turnIndex), LONGEST_TURN.plus(transport.timing().margin()));
  }

  /** What the agent has said in a turn up to now. */
  public List<TurnEvent> events(int turnIndex) {
    return transport.get(
        path(turnIndex) + "/events", answer -> Json.list(answer, "events", TurnEvent::of));
  }

  /** What the gateway knows of a turn. */
  public TurnInfo getTurn(int turnIndex) {
    return transport.get(path(turnIndex), TurnInfo::of);
  }

  /** The latest turns, newest first. */
  public List<TurnInfo> turns(int atMost) {
    return transport.pages(path + "/turns", "turns", TurnInfo::of, atMost);
  }

  /**
   * Cancels the turn that runs, if one does; it ends soon, and the session stays open.
   *
   * @return whether that ended one; false if none ran, or it is not over yet
   */
  public boolean cancel() {
    return transport.cancel(path);
  }

  /**
   * Cancels a turn, running or waiting; it ends soon, and the session stays open.
   *
   * @return whether that ended it; false if it was over already, or is not over yet
   */
  public boolean cancel(int turnIndex) {
    return transport.cancel(path(turnIndex));
  }

  /** Closes the session on the gateway and cancels its turns; once, whoever calls it how often. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      boolean unused = close(transport, id);
    } catch (ForgeNotFoundException gone) {
      // Forgotten since: that is as closed as can be.
    } catch (ForgeException notClosed) {
      closed.set(false);
      throw notClosed;
    }
  }

  static boolean close(Transport transport, String sessionId) {
    Call close = Call.plain("DELETE", path(sessionId), transport.timing().plain());
    return transport.send(close, answer -> !Json.truth(answer.body(), "already_closed"));
  }

  private TurnStream stream(StreamedTurn<TurnEvent, TurnResult> turn, Duration limit) {
    return new TurnStream(BlockingFollower.open(transport, turn, limit));
  }

  private StreamedTurn<TurnEvent, TurnResult> starting(TurnRequest request) {
    return streamed(call(request, request.json(transport.defaults())), 0);
  }

  private StreamedTurn<TurnEvent, TurnResult> streamed(@Nullable Call start, int turnIndex) {
    return new StreamedTurn<>(
        path, transport.timing().plain(), start, turnIndex, TurnEvent::of, TurnResult::of);
  }

  private Call call(TurnRequest request, byte[] body) {
    return Call.keyed(
        path + "/turn", body, IdempotencyKey.orNew(request.idempotencyKey()), limit(request));
  }

  private Duration limit(TurnRequest request) {
    return request.timeout(transport.defaults()).plus(transport.timing().margin());
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
