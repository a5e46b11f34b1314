package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.stream.StreamedSession;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Objects;

/** Reads the events of a session's stream. */
final class SessionEvents {
  private SessionEvents() {}

  static SessionEvent of(StreamedSession.Read read) {
    ObjectNode data = read.data();
    return switch (read.kind()) {
      case STARTED ->
          new SessionEvent.TurnStarted(read.turn(), Json.requiredInteger(data, "prompt_bytes"));
      case MESSAGE ->
          new SessionEvent.Message(read.turn(), read.betweenTurns(), TurnEvent.of(data));
      case ENDED ->
          new SessionEvent.TurnEnded(
              read.turn(),
              Json.text(data, "stop_reason"),
              Duration.ofMillis(Json.requiredInteger(data, "duration_ms")));
      case FAILED ->
          new SessionEvent.TurnFailed(read.turn(), Objects.requireNonNull(Failure.of(data)));
    };
  }
}
