package com.clawdforge.http.api.run;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.run.RunRequest;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.http.api.wire.SystemPromptJson;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.RequestKey;
import com.clawdforge.http.web.body.Fields;
import com.clawdforge.http.web.body.IgnoredFields;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /run}.
 *
 * @param detach whether the answer comes at once, without the result
 * @param cancelOnDisconnect whether the run is cancelled when the client disconnects
 * @param ignored the names that are none of its fields
 */
record RunBody(
    RunRequest request, boolean detach, boolean cancelOnDisconnect, IgnoredFields ignored) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final Set<String> FIELDS =
      Set.of(
          "prompt",
          "model",
          "system",
          "system_mode",
          "effort",
          "files",
          "timeout_secs",
          "on_disconnect",
          "json_schema",
          "max_budget_usd",
          "tools",
          "network",
          "detach");

  private enum OnDisconnect {
    DETACH,
    CANCEL
  }

  /**
   * Reads a body.
   *
   * @param events whether the client accepts server-sent events
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static RunBody read(byte[] body, boolean events, @Nullable String key, String requestId) {
    @Nullable IdempotencyKey idempotency = RequestKey.of(key, body);
    Fields fields = new Fields(Json.object(body), FIELDS);
    boolean detach = fields.flag("detach");
    boolean stream = events && !detach;
    @Nullable Duration timeout = fields.seconds("timeout_secs");
    @Nullable List<String> files = fields.texts("files");
    RunRequest request =
        new RunRequest(
            fields.requiredText("prompt"),
            fields.text("model"),
            SystemPromptJson.read(fields),
            fields.choice("effort", Effort.class),
            files == null ? List.of() : files,
            timeout == null ? DEFAULT_TIMEOUT : timeout,
            SchemaJson.read(fields),
            fields.number("max_budget_usd"),
            fields.texts("tools"),
            fields.choice("network", Network.class),
            detach,
            stream,
            idempotency,
            requestId);
    boolean cancel = fields.choice("on_disconnect", OnDisconnect.class) == OnDisconnect.CANCEL;
    if (cancel && !stream) {
      throw Refusal.invalid(
          "on_disconnect",
          "on_disconnect can be cancel only with Accept: text/event-stream and without detach");
    }
    return new RunBody(request, detach, cancel, fields.ignored());
  }

  /** Whether the client gets the agent's messages as they arrive. */
  boolean stream() {
    return request.keepEvents();
  }
}
