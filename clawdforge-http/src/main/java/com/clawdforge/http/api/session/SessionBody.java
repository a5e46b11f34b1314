package com.clawdforge.http.api.session;

import com.clawdforge.core.session.SessionRequest;
import com.clawdforge.http.api.wire.PermissionsJson;
import com.clawdforge.http.api.wire.SystemPromptJson;
import com.clawdforge.http.web.Fields;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.RequestKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code POST /sessions}. */
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
        fields.text("agent"),
        fields.text("model"),
        SystemPromptJson.read(fields),
        PermissionsJson.read(fields, "permissions"),
        fields.texts("allowed_tools"),
        fields.flag("background"),
        fields.integer("max_turns"),
        Objects.requireNonNullElse(fields.object("meta"), "{}"),
        RequestKey.of(key, body));
  }
}
