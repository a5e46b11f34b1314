package com.clawdforge.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A conversation with one agent. Its turns run one at a time, in the order in which the gateway
 * took them in, whoever asks. Safe for any thread; calls block as those of {@link ForgeClient} do,
 * and throw {@link ForgeException}.
 */
public final class Session implements AutoCloseable {
  static final String PATH = "/sessions";
  // The longest that a turn can be given.
  private static final Duration LONGEST_TURN = Duration.ofHours(1);

  private final Transport transport;
  private final SessionInfo info;
  private final AtomicBoolean closed = new AtomicBoolean();

  Session(Transport transport, SessionInfo info) {
    this.transport = transport;
    this.info = info;
  }

  /** What {@link ForgeClient#getSession} knows it by. */
  public String id() {
    return info.sessionId();
  }

  /** What the gateway told when this was got from it. */
  public SessionInfo info() {
    return info;
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
    return TurnResult.of(transport.send(call(request, request.json(transport.defaults()))).body());
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
    return TurnStream.start(
        transport,
        path(),
        call(request, request.json(transport.defaults())).streaming(),
        request.timeout(transport.defaults()).plus(transport.timing().margin()));
  }

  /**
   * Starts a turn and does not wait for it.
   *
   * @return its index, for {@link #follow}
   */
  public int start(TurnRequest request) {
    Reply reply = transport.send(call(request, request.detachedJson(transport.defaults())));
    return Math.toIntExact(Json.requiredInteger(reply.body(), "turn_index"));
  }

  /** Gives what the agent has said in a turn from its beginning on, and what it will say. */
  public TurnStream follow(int turnIndex) {
    return TurnStream.follow(
        transport, path(), turnIndex, LONGEST_TURN.plus(transport.timing().margin()));
  }

  /**
   * Cancels the turn that runs, if one does; it ends soon, and the session stays open.
   *
   * @return whether one ran
   */
  public boolean cancel() {
    Call cancel =
        Call.json(
            path() + "/cancel",
            Json.bytes(Json.object()),
            transport.timing().plain(),
            Call.Repeat.ALWAYS);
    return Json.truth(transport.send(cancel).body(), "cancelled");
  }

  /** Closes the session on the gateway and cancels its turn; once, whoever calls it how often. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      boolean unused = close(transport, id());
    } catch (ForgeNotFoundException gone) {
      // Forgotten since: that is as closed as can be.
    } catch (ForgeException notClosed) {
      closed.set(false);
      throw notClosed;
    }
  }

  static boolean close(Transport transport, String sessionId) {
    Call close = Call.plain("DELETE", path(sessionId), transport.timing().plain());
    return !Json.truth(transport.send(close).body(), "already_closed");
  }

  private Call call(TurnRequest request, byte[] body) {
    return Call.keyed(
        path() + "/turn",
        body,
        Key.orNew(request.idempotencyKey()),
        request.timeout(transport.defaults()).plus(transport.timing().margin()));
  }

  private String path() {
    return path(id());
  }

  static String path(String sessionId) {
    return PATH + "/" + ForgeClient.encoded(sessionId);
  }

  @Override
  public String toString() {
    return "Session[" + id() + "]";
  }
}
