package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.stream.StreamedSession;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Objects;

/** Reads the events of a session's stream. */
final class SessionEvents implements StreamedSession.Events<SessionEvent> {
  static final SessionEvents READER = new SessionEvents();

  private SessionEvents() {}

  @Override
  public SessionEvent started(int turn, ObjectNode data) {
    return new SessionEvent.TurnStarted(turn, Json.requiredInteger(data, "prompt_bytes"));
  }

  @Override
  public SessionEvent message(int turn, boolean betweenTurns, ObjectNode data) {
    return new SessionEvent.Message(turn, betweenTurns, TurnEvent.of(data));
  }

  @Override
  public SessionEvent ended(int turn, ObjectNode data) {
    return new SessionEvent.TurnEnded(
        turn,
        Json.text(data, "stop_reason"),
        Duration.ofMillis(Json.requiredInteger(data, "duration_ms")));
  }

  @Override
  public SessionEvent failed(int turn, ObjectNode problem) {
    return new SessionEvent.TurnFailed(turn, Objects.requireNonNull(Failure.of(problem)));
  }
}
