package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent is to do in one run. Immutable. */
public final class RunRequest {
  private static final String JSON_SCHEMA = "json_schema";
  private static final String ON_DISCONNECT = "on_disconnect";

  /** The gateway's own. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

  private final ObjectNode body;
  private final @Nullable Duration timeout;
  private final @Nullable String idempotencyKey;

  private RunRequest(ObjectNode body, @Nullable Duration timeout, @Nullable String idempotencyKey) {
    this.body = body;
    this.timeout = timeout;
    this.idempotencyKey = idempotencyKey;
  }

  /** A request of which only the prompt must be given. */
  public static Builder builder() {
    return new Builder();
  }

  /** A request with this prompt and every default. */
  public static RunRequest of(String prompt) {
    return builder().prompt(prompt).build();
  }

  byte[] json(RequestDefaults defaults) {
    checkNotTied();
    return streamedJson(defaults);
  }

  /** The same for a connection whose loss the gateway notices. */
  byte[] streamedJson(RequestDefaults defaults) {
    return Json.bytes(defaults.withTimeout(defaults.withModel(body)));
  }

  private void checkNotTied() {
    if (body.has(ON_DISCONNECT)) {
      throw new IllegalArgumentException(
          "only a run that is streamed or asynchronous can be cancelled on disconnect");
    }
  }

  byte[] detachedJson(RequestDefaults defaults) {
    checkNotTied();
    return Json.bytes(defaults.withTimeout(defaults.withModel(body)).put("detach", true));
  }

  /** The same request, for an answer that is valid under this schema. */
  RunRequest answeredBy(JsonNode schema) {
    if (body.has(JSON_SCHEMA)) {
      throw new IllegalArgumentException("the request has a schema of its own");
    }
    ObjectNode whole = body.deepCopy();
    whole.set(JSON_SCHEMA, schema);
    return new RunRequest(whole, timeout, idempotencyKey);
  }

  /** How long the gateway gives the run. */
  Duration timeout(RequestDefaults defaults) {
    return defaults.timeout(timeout, DEFAULT_TIMEOUT);
  }

  @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** Neither prompt nor system prompt: this may be logged. */
  @Override
  public String toString() {
    return "RunRequest[model="
        + body.path("model").asText("default")
        + ", timeout="
        + (timeout == null ? "default" : timeout)
        + "]";
  }

  /** Puts a request together. What is not set is the gateway's default. */
  public static final class Builder {
    private @Nullable String prompt;
    private @Nullable String model;
    private @Nullable String system;
    private @Nullable SystemMode systemMode;
    private @Nullable Effort effort;
    private final List<String> files = new ArrayList<>();
    private @Nullable Duration timeout;
    private @Nullable JsonNode jsonSchema;
    private @Nullable BigDecimal maxBudgetUsd;
    private @Nullable List<String> tools;
    private boolean cancelOnDisconnect;
    private @Nullable String idempotencyKey;

    private Builder() {}

    /** What the agent is asked; required. */
    public Builder prompt(String text) {
      prompt = text;
      return this;
    }

    /** The provider's id of a model, or an alias such as {@code sonnet}. */
    public Builder model(String id) {
      model = id;
      return this;
    }

    /** Instructions to the model. */
    public Builder system(String text) {
      system = text;
      return this;
    }

    /** How {@link #system} meets the agent's own system prompt; it is added to it by default. */
    public Builder systemMode(SystemMode mode) {
      systemMode = mode;
      return this;
    }

    /** How hard the model should think. */
    public Builder effort(Effort level) {
      effort = level;
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

    /** From one second to an hour, 120 seconds by default; rounded up to whole seconds. */
    public Builder timeout(Duration atMost) {
      timeout = Json.wholeSeconds(atMost);
      return this;
    }

    /** A JSON Schema that the answer is to be valid under. */
    public Builder jsonSchema(JsonNode schema) {
      jsonSchema = schema.deepCopy();
      return this;
    }

    /** The most that the run may cost, in US dollars. */
    public Builder maxBudgetUsd(BigDecimal amount) {
      maxBudgetUsd = amount;
      return this;
    }

    /** The tools that the agent may use; none if the list is empty. */
    public Builder tools(List<String> names) {
      tools = List.copyOf(names);
      return this;
    }

    /**
     * Whether the gateway cancels the run when it loses the connection that follows it: because the
     * app died, closed the stream, or the network failed, which is not mended then. Only for {@link
     * ForgeClient#stream} and {@link ForgeClient#runAsync(RunRequest)}; by default the run goes on.
     */
    public Builder cancelOnDisconnect(boolean cancel) {
      cancelOnDisconnect = cancel;
      return this;
    }

    /**
     * Names this piece of work, so that asking for it again within a day, from another process too,
     * does it once; 1 to 128 printable ASCII characters. By default each call of {@link
     * ForgeClient#run} makes up a name of its own.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** The request as it is set up now. */
    public RunRequest build() {
      if (prompt == null) {
        throw new IllegalStateException("a run needs a prompt");
      }
      ObjectNode body = Json.object().put("prompt", prompt);
      putIfSet(body, "model", model);
      putIfSet(body, "system", system);
      putIfSet(body, "system_mode", Json.wire(systemMode));
      putIfSet(body, "effort", Json.wire(effort));
      if (!files.isEmpty()) {
        files.forEach(body.putArray("files")::add);
      }
      if (timeout != null) {
        body.put("timeout_secs", timeout.toSeconds());
      }
      if (jsonSchema != null) {
        body.set(JSON_SCHEMA, jsonSchema);
      }
      if (maxBudgetUsd != null) {
        body.put("max_budget_usd", maxBudgetUsd);
      }
      if (tools != null) {
        tools.forEach(body.putArray("tools")::add);
      }
      if (cancelOnDisconnect) {
        body.put(ON_DISCONNECT, "cancel");
      }
      return new RunRequest(body, timeout, idempotencyKey);
    }

    private static void putIfSet(ObjectNode body, String name, @Nullable String value) {
      if (value != null) {
        body.put(name, value);
      }
    }
  }
}
