package com.clawdforge.client;

import com.clawdforge.client.internal.IdempotencyKey;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.Transport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a session is set up, for all its turns. Immutable. */
public final class SessionOptions {
  private final ObjectNode body;
  private final @Nullable String idempotencyKey;

  private SessionOptions(ObjectNode body, @Nullable String idempotencyKey) {
    this.body = body;
    this.idempotencyKey = idempotencyKey;
  }

  /** Builds options; none are required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Creates options with this agent and every other default. */
  public static SessionOptions agent(String agent) {
    return builder().agent(agent).build();
  }

  Call call(Transport transport) {
    // The default model is meant for the default agent.
    ObjectNode json = body.has("agent") ? body : transport.defaults().withModel(body);
    return Call.keyed(Session.PATH, json, idempotencyKey, transport.timing().plain());
  }

  /** Leaves out the system prompt and the meta object: this may be logged. */
  @Override
  public String toString() {
    return "SessionOptions[agent="
        + body.path("agent").asText("default")
        + ", model="
        + body.path("model").asText("default")
        + "]";
  }

  /** Builds options. The gateway's defaults apply to what is not set. */
  public static final class Builder {
    private final ObjectNode body = Json.object();
    private @Nullable String idempotencyKey;

    private Builder() {}

    /** The agent, such as {@code claude}. */
    public Builder agent(String name) {
      body.put("agent", name);
      return this;
    }

    /**
     * Whether the agent gets tools that work on after a turn, or start later; {@code claude} only.
     * The session's cost includes theirs. Requires a token without limits on permissions.
     */
    public Builder background(boolean allowed) {
      body.put("background", allowed);
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

    /** Which tool calls are approved; by default all that the app's token allows. */
    public Builder permissions(Permissions permissions) {
      body.set("permissions", permissions.wire());
      return this;
    }

    /**
     * What the agent's processes may reach of the network; by default all if fetching is approved,
     * and else the model alone.
     */
    public Builder network(Network most) {
      body.put("network", Json.wire(most));
      return this;
    }

    /** The only tools that the agent gets; its permissions still apply to them. */
    public Builder allowedTools(List<String> names) {
      names.forEach(body.putArray("allowed_tools")::add);
      return this;
    }

    /** The most requests to the model during one turn. */
    public Builder maxTurns(int atMost) {
      body.put("max_turns", atMost);
      return this;
    }

    /** An object of the app's own that the gateway stores with the session. */
    public Builder meta(ObjectNode object) {
      JsonNode copy = object.deepCopy();
      body.set("meta", copy);
      return this;
    }

    /**
     * The gateway opens one session for requests with the same key within a day; 1 to 128 printable
     * ASCII characters. By default each call uses a new key.
     */
    public Builder idempotencyKey(String key) {
      idempotencyKey = IdempotencyKey.checked(key);
      return this;
    }

    /** Creates the options. */
    public SessionOptions build() {
      return new SessionOptions(body.deepCopy(), idempotencyKey);
    }
  }
}
