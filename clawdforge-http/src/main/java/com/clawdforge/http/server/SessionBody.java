package com.clawdforge.http.server;

import com.clawdforge.core.session.SessionRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what a {@code POST /sessions} asks for. */
final class SessionBody {
  private SessionBody() {}

  /**
   * Reads a body.
   *
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static SessionRequest read(byte[] body, @Nullable String key) {
    Fields fields = new Fields(Json.object(body));
    return new SessionRequest(
        Objects.requireNonNullElse(fields.text("agent"), SessionRequest.DEFAULT_AGENT),
        fields.text("model"),
        fields.system(),
        fields.permissions("permissions"),
        fields.texts("allowed_tools"),
        fields.flag("background"),
        fields.integer("max_turns"),
        Objects.requireNonNullElse(fields.object("meta"), "{}"),
        RequestKey.of(key, body));
  }
}
