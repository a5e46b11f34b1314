package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent is to do in one turn of its session. Immutable. */
public final class TurnRequest {
  /** The gateway's own. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  private final ObjectNode body;
  private final @Nullable Duration timeout;
  private final @Nullable String idempotencyKey;

  private TurnRequest(
      ObjectNode body, @Nullable Duration timeout, @Nullable String idempotencyKey) {
    this.body = body;
    this.timeout = timeout;
    this.idempotencyKey = idempotencyKey;
  }

  /** A request of which only the prompt must be given. */
  public static Builder builder() {
    return new Builder();
  }

  /** A request with this prompt and every default. */
  public static TurnRequest of(String prompt) {
    return builder().prompt(prompt).build();
  }

  byte[] json(RequestDefaults defaults) {
    return Json.bytes(defaults.withTimeout(body));
  }

  byte[] detachedJson(RequestDefaults defaults) {
    return Json.bytes(defaults.withTimeout(body).put("detach", true));
  }

  /** How long the gateway gives the turn. */
  Duration timeout(RequestDefaults defaults) {
    return defaults.timeout(timeout, DEFAULT_TIMEOUT);
  }

  @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** Not the prompt: this may be logged. */
  @Override
  public String toString() {
    return "TurnRequest[timeout=" + (timeout == null ? "default" : timeout) + "]";
  }

  /** Puts a request together. What is not set is the gateway's default. */
  public static final class Builder {
    private @Nullable String prompt;
    private final List<String> files = new ArrayList<>();
    private @Nullable Duration timeout;
    private boolean queue = true;
    private @Nullable String idempotencyKey;

    private Builder() {}

    /** What the agent is told; required. */
    public Builder prompt(String text) {
      prompt = text;
      return this;
    }

    /** Adds a file to those that the agent gets; their order is kept. */
    public Builder file(String fileToken) {
      files.add(fileToken);
      return this;
    }

    /** Adds a file to those that the agent gets; their order is kept. */
    public Builder file(UploadedFile file) {
      return file(file.token());
    }

    /**
     * From one second to an hour, ten minutes by default, waiting for earlier turns included;
     * rounded up to whole seconds.
     */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      return this;
    }

    /** Whether to wait while another turn of the session runs, as is the default. */
    public Builder queue(boolean wait) {
      queue = wait;
      return this;
    }

    /**
     * Names this turn, so that asking for it again within a day takes it once; 1 to 128 printable
     * ASCII characters. By default each call makes up a name of its own.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** The request as it is set up now. */
    public TurnRequest build() {
      if (prompt == null) {
        throw new IllegalStateException("a turn needs a prompt");
      }
      ObjectNode body = Json.object().put("prompt", prompt);
      if (!files.isEmpty()) {
        files.forEach(body.putArray("files")::add);
      }
      if (timeout != null) {
        body.put("timeout_secs", timeout.toSeconds());
      }
      if (!queue) {
        body.put("queue", false);
      }
      return new TurnRequest(body, timeout, idempotencyKey);
    }
  }
}
