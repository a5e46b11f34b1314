package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.RequestDefaults;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session is to be like from its first turn to its last. Immutable. */
public final class SessionOptions {
  private final ObjectNode body;
  private final @Nullable String idempotencyKey;

  private SessionOptions(ObjectNode body, @Nullable String idempotencyKey) {
    this.body = body;
    this.idempotencyKey = idempotencyKey;
  }

  /** Options of which nothing has to be given. */
  public static Builder builder() {
    return new Builder();
  }

  /** Every default, with this agent. */
  public static SessionOptions agent(String agent) {
    return builder().agent(agent).build();
  }

  // A model that is meant for one agent is none for another.
  byte[] json(RequestDefaults defaults) {
    return Json.bytes(body.has("agent") ? body : defaults.withModel(body));
  }

  @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** Neither system prompt nor meta: this may be logged. */
  @Override
  public String toString() {
    return "SessionOptions[agent="
        + body.path("agent").asText("default")
        + ", model="
        + body.path("model").asText("default")
        + "]";
  }

  /** Puts options together. What is not set is the gateway's default. */
  public static final class Builder {
    private final ObjectNode body = Json.object();
    private @Nullable String idempotencyKey;

    private Builder() {}

    /** Which agent it is, such as {@code claude}. */
    public Builder agent(String name) {
      body.put("agent", name);
      return this;
    }

    /**
     * Whether the agent gets tools whose work goes on after a turn, or begins then. What that costs
     * is added to the session's cost. Takes a token that may have everything.
     */
    public Builder background(boolean allowed) {
      body.put("background", allowed);
      return this;
    }

    /** The provider's id of a model, or an alias such as {@code sonnet}. */
    public Builder model(String id) {
      body.put("model", id);
      return this;
    }

    /** Instructions to the model. */
    public Builder system(String text) {
      body.put("system", text);
      return this;
    }

    /** How {@link #system} meets the agent's own system prompt; it is added to it by default. */
    public Builder systemMode(SystemMode mode) {
      body.put("system_mode", Json.wire(mode));
      return this;
    }

    /** Which tool calls pass; by default as many as the app's token allows. */
    public Builder permissions(Permissions permissions) {
      body.set("permissions", permissions.wire());
      return this;
    }

    /** Tools that the agent need not ask for. */
    public Builder allowedTools(List<String> names) {
      names.forEach(body.putArray("allowed_tools")::add);
      return this;
    }

    /** How often the agent may ask its model during one turn. */
    public Builder maxTurns(int atMost) {
      body.put("max_turns", atMost);
      return this;
    }

    /** An object of the app's own that the gateway keeps with the session and gives back. */
    public Builder meta(ObjectNode object) {
      JsonNode copy = object.deepCopy();
      body.set("meta", copy);
      return this;
    }

    /**
     * Names this session, so that asking for it again within a day gives the same one; 1 to 128
     * printable ASCII characters. By default each call makes up a name of its own.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** The options as they are set up now. */
    public SessionOptions build() {
      return new SessionOptions(body.deepCopy(), idempotencyKey);
    }
  }
}
