package com.clawdforge.http.api.session;

import com.clawdforge.core.session.TurnRequest;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.body.Fields;
import com.clawdforge.http.web.body.IgnoredFields;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /sessions/{session_id}/turn}.
 *
 * @param detach whether the answer comes at once, without the result
 * @param ignored the names that are none of its fields
 */
record TurnBody(TurnRequest request, boolean detach, IgnoredFields ignored) {
  private static final Set<String> FIELDS =
      Set.of("prompt", "files", "timeout_secs", "queue", "detach");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  /**
   * Reads a body.
   *
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static TurnBody read(byte[] body, @Nullable String key, String requestId) {
    Fields fields = new Fields(Json.object(body), FIELDS);
    TurnRequest request =
        new TurnRequest(
            fields.requiredText("prompt"),
            Objects.requireNonNullElse(fields.texts("files"), List.of()),
            Objects.requireNonNullElse(fields.seconds("timeout_secs"), DEFAULT_TIMEOUT),
            fields.flag("queue", true),
            RequestKey.of(key, body),
            requestId);
    return new TurnBody(request, fields.flag("detach"), fields.ignored());
  }
}
