package com.clawdforge.http.server;

import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.run.RunRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code POST /run} asks for.
 *
 * @param detach whether its caller wants to wait for nothing
 * @param cancelOnDisconnect whether the run is to end with its caller's connection
 */
record RunBody(RunRequest request, boolean detach, boolean cancelOnDisconnect) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,128}");

  private enum OnDisconnect {
    DETACH,
    CANCEL
  }

  /**
   * Reads a body.
   *
   * @param events whether the caller accepts server-sent events
   * @param key value of the {@code Idempotency-Key} header, or null
   */
  static RunBody read(byte[] body, boolean events, @Nullable String key, String requestId) {
    @Nullable IdempotencyKey idempotency = key == null ? null : key(key, body);
    Fields fields = new Fields(Json.object(body));
    boolean detach = fields.flag("detach");
    boolean stream = events && !detach;
    @Nullable Duration timeout = fields.seconds("timeout_secs");
    @Nullable List<String> files = fields.texts("files");
    RunRequest request =
        new RunRequest(
            fields.requiredText("prompt"),
            fields.text("model"),
            system(fields),
            fields.choice("effort", Effort.class),
            files == null ? List.of() : files,
            timeout == null ? DEFAULT_TIMEOUT : timeout,
            fields.object("json_schema"),
            fields.number("max_budget_usd"),
            fields.texts("tools"),
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
    return new RunBody(request, detach, cancel);
  }

  /** Whether the run's messages go to its caller as they come. */
  boolean stream() {
    return request.keepEvents();
  }

  private static @Nullable SystemPrompt system(Fields fields) {
    SystemPrompt.@Nullable Mode mode = fields.choice("system_mode", SystemPrompt.Mode.class);
    @Nullable String text = fields.text("system");
    return text == null
        ? null
        : new SystemPrompt(text, mode == null ? SystemPrompt.Mode.APPEND : mode);
  }

  private static IdempotencyKey key(String value, byte[] body) {
    if (!KEY.matcher(value).matches()) {
      throw Refusal.invalid(
          "Idempotency-Key", "Idempotency-Key must be 1 to 128 printable ASCII characters");
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return new IdempotencyKey(value, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
