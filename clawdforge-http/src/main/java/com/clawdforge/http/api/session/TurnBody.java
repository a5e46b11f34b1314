package com.clawdforge.http.api.session;

import com.clawdforge.core.session.TurnRequest;
import com.clawdforge.http.web.Fields;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.RequestKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /sessions/{session_id}/turn}.
 *
 * @param detach whether the answer comes at once, without the result
 */
record TurnBody(TurnRequest request, boolean detach) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  /**
   * Reads a body.
   *
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static TurnBody read(byte[] body, @Nullable String key, String requestId) {
    Fields fields = new Fields(Json.object(body));
    TurnRequest request =
        new TurnRequest(
            fields.requiredText("prompt"),
            Objects.requireNonNullElse(fields.texts("files"), List.of()),
            Objects.requireNonNullElse(fields.seconds("timeout_secs"), DEFAULT_TIMEOUT),
            fields.flag("queue", true),
            RequestKey.of(key, body),
            requestId);
    return new TurnBody(request, fields.flag("detach"));
  }
}
