package com.clawdforge.http.api.session;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.session.SessionRequest;
import com.clawdforge.http.api.wire.PermissionsJson;
import com.clawdforge.http.api.wire.SystemPromptJson;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.body.Fields;
import com.clawdforge.http.web.body.IgnoredFields;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /sessions}.
 *
 * @param ignored the names that are none of its fields
 */
record SessionBody(SessionRequest request, IgnoredFields ignored) {
  private static final Set<String> FIELDS =
      Set.of(
          "agent",
          "model",
          "system",
          "system_mode",
          "permissions",
          "network",
          "allowed_tools",
          "background",
          "max_turns",
          "meta");

  /**
   * Reads a body.
   *
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static SessionBody read(byte[] body, @Nullable String key) {
    Fields fields = new Fields(Json.object(body), FIELDS);
    SessionRequest request =
        new SessionRequest(
            fields.text("agent"),
            fields.text("model"),
            SystemPromptJson.read(fields),
            PermissionsJson.read(fields, "permissions"),
            fields.choice("network", Network.class),
            fields.texts("allowed_tools"),
            fields.flag("background"),
            fields.integer("max_turns"),
            Objects.requireNonNullElse(fields.object("meta"), "{}"),
            RequestKey.of(key, body));
    return new SessionBody(request, fields.ignored());
  }
}
