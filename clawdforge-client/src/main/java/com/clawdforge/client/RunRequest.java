package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Transport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prompt of a run, and how to run it. Immutable. */
public final class RunRequest {
  private static final String JSON_SCHEMA = "json_schema";
  private static final String ON_DISCONNECT = "on_disconnect";

  // The gateway compares the bytes of two requests with the same key, so the order is fixed.
  private static final List<String> MEMBERS =
      List.of(
          "prompt",
          "model",
          "system",
          "system_mode",
          "effort",
          "files",
          "timeout_secs",
          JSON_SCHEMA,
          "max_budget_usd",
          "tools",
          "network",
          ON_DISCONNECT);

  /** The gateway's default. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

  private final ObjectNode body;
  private final @Nullable Duration timeout;
  private final @Nullable String idempotencyKey;

  private RunRequest(ObjectNode body, @Nullable Duration timeout, @Nullable String idempotencyKey) {
    this.body = body;
    this.timeout = timeout;
    this.idempotencyKey = idempotencyKey;
  }

  /** Builds a request; only the prompt is required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Creates a request with this prompt and every default. */
  public static RunRequest of(String prompt) {
    return builder().prompt(prompt).build();
  }

  /** The call that waits for the answer. */
  Call call(Transport transport) {
    refuseCancelOnDisconnect();
    return streamedCall(transport);
  }

  /** The call that streams the run; the gateway notices when its connection is lost. */
  Call streamedCall(Transport transport) {
    return call(transport, json(transport.defaults()));
  }

  /** The call that only starts the run. */
  Call detachedCall(Transport transport) {
    refuseCancelOnDisconnect();
    return call(transport, json(transport.defaults()).put("detach", true));
  }

  private Call call(Transport transport, ObjectNode json) {
    return Call.keyed("/run", json, idempotencyKey, limit(transport));
  }

  private ObjectNode json(RequestDefaults defaults) {
    return defaults.withTimeout(defaults.withModel(body));
  }

  private void refuseCancelOnDisconnect() {
    if (body.has(ON_DISCONNECT)) {
      throw new IllegalArgumentException(
          "only a run that is streamed or asynchronous can be cancelled on disconnect");
    }
  }

  /** The longest that the answer may take. */
  Duration limit(Transport transport) {
    return transport.limit(timeout, DEFAULT_TIMEOUT);
  }

  /** The same request for an answer that matches a schema. */
  RunRequest answeredBy(JsonNode schema) {
    if (body.has(JSON_SCHEMA)) {
      throw new IllegalArgumentException("the request has a schema of its own");
    }
    ObjectNode whole = body.deepCopy();
    whole.set(JSON_SCHEMA, schema);
    return new RunRequest(whole, timeout, idempotencyKey);
  }

  /** Leaves out both prompts: this may be logged. */
  @Override
  public String toString() {
    return "RunRequest[model="
        + body.path("model").asText("default")
        + ", timeout="
        + (timeout == null ? "default" : timeout)
        + "]";
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

    /** The provider's id of the model, or an alias such as {@code sonnet}. */
    public Builder model(String id) {
      body.put("model", id);
      return this;
    }

    /** The system prompt. */
    public Builder system(String text) {
      body.put("system", text);
      return this;
    }

    /** How {@link #system} and the agent's own system prompt combine; appended by default. */
    public Builder systemMode(SystemMode mode) {
      body.put("system_mode", Json.wire(mode));
      return this;
    }

    /** How hard the model should think. */
    public Builder effort(Effort level) {
      body.put("effort", Json.wire(level));
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

    /** From one second to an hour, rounded up to whole seconds; 120 seconds by default. */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      body.put("timeout_secs", timeout.toSeconds());
      return this;
    }

    /** The JSON Schema that the answer has to match. */
    public Builder jsonSchema(JsonNode schema) {
      JsonNode copy = schema.deepCopy();
      body.set(JSON_SCHEMA, copy);
      return this;
    }

    /** The most that the run may cost, in US dollars. */
    public Builder maxBudgetUsd(BigDecimal amount) {
      body.put("max_budget_usd", amount);
      return this;
    }

    /** The only tools that the agent may use; an empty list allows none. */
    public Builder tools(List<String> names) {
      names.forEach(body.putArray("tools")::add);
      return this;
    }

    /**
     * What the agent's processes may reach of the network; by default all if its tools run commands
     * or fetch pages, and else the model alone.
     */
    public Builder network(Network most) {
      body.put("network", Json.wire(most));
      return this;
    }

    /**
     * Whether the gateway cancels the run when it loses the client's connection: the app died or
     * closed the stream, or the network failed; then the client does not reconnect. Only for {@link
     * ForgeClient#stream} and {@link ForgeClient#runAsync(RunRequest)}; false by default.
     */
    public Builder cancelOnDisconnect(boolean cancel) {
      body.put(ON_DISCONNECT, cancel ? "cancel" : null);
      return this;
    }

    /**
     * The gateway carries out one of the requests with the same key within a day, even if they come
     * from different processes; 1 to 128 printable ASCII characters. By default each call of {@link
     * ForgeClient#run} uses a new key.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** Creates the request. */
    public RunRequest build() {
      if (!body.hasNonNull("prompt")) {
        throw new IllegalStateException("a run needs a prompt");
      }
      return new RunRequest(Json.inOrder(body, MEMBERS), timeout, idempotencyKey);
    }
  }
}
