package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Transport;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prompt of a turn, and how to take it. Immutable. */
public final class TurnRequest {
  // The gateway compares the bytes of two requests with the same key, so the order is fixed.
  private static final List<String> MEMBERS = List.of("prompt", "files", "timeout_secs", "queue");

  /** The gateway's default. */
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

  /** Builds a request; only the prompt is required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Creates a request with this prompt and every default. */
  public static TurnRequest of(String prompt) {
    return builder().prompt(prompt).build();
  }

  /** The call that waits for the end of the turn, or streams it. */
  Call call(Transport transport, String session) {
    return call(transport, session, transport.defaults().withTimeout(body));
  }

  /** The call that only starts the turn. */
  Call detachedCall(Transport transport, String session) {
    return call(transport, session, transport.defaults().withTimeout(body).put("detach", true));
  }

  private Call call(Transport transport, String session, ObjectNode json) {
    return Call.keyed(session + "/turn", json, idempotencyKey, limit(transport));
  }

  /** The longest that the answer may take. */
  Duration limit(Transport transport) {
    return transport.limit(timeout, DEFAULT_TIMEOUT);
  }

  /** Leaves out the prompt: this may be logged. */
  @Override
  public String toString() {
    return "TurnRequest[timeout=" + (timeout == null ? "default" : timeout) + "]";
  }

  /** Builds a request. The gateway's defaults apply to what is not set. */
  public static final class Builder {
    private final ObjectNode body = Json.object();
    private @Nullable Duration timeout;
    private @Nullable String idempotencyKey;

    private Builder() {}

    /** The prompt; required. */
    public Builder prompt(String text) {
      body.put("prompt", text);
      return this;
    }

    /** Adds a file for the agent, after those added before. */
    public Builder file(String fileToken) {
      body.withArray("files").add(fileToken);
      return this;
    }

    /** Adds a file for the agent, after those added before. */
    public Builder file(UploadedFile file) {
      return file(file.token());
    }

    /**
     * From one second to an hour, rounded up to whole seconds, the wait for earlier turns included;
     * ten minutes by default.
     */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      body.put("timeout_secs", timeout.toSeconds());
      return this;
    }

    /** Whether to wait for a running turn of the session instead of failing; true by default. */
    public Builder queue(boolean wait) {
      body.put("queue", wait ? null : false);
      return this;
    }

    /**
     * The gateway takes one turn for requests with the same key within a day; 1 to 128 printable
     * ASCII characters. By default each call uses a new key.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** Creates the request. */
    public TurnRequest build() {
      if (!body.hasNonNull("prompt")) {
        throw new IllegalStateException("a turn needs a prompt");
      }
      return new TurnRequest(Json.inOrder(body, MEMBERS), timeout, idempotencyKey);
    }
  }
}
