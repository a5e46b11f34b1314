package com.clawdforge.client.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client's own defaults, for requests that set no value; null leaves it to the gateway. */
public record RequestDefaults(@Nullable String model, @Nullable Duration timeout) {
  public static final RequestDefaults NONE = new RequestDefaults(null, null);

  /** Copies a request's body and adds the model if it has none. */
  public ObjectNode withModel(ObjectNode body) {
    ObjectNode whole = body.deepCopy();
    if (model != null && !whole.has("model")) {
      whole.put("model", model);
    }
    return whole;
  }

  /** Copies a request's body and adds the timeout if it has none. */
  public ObjectNode withTimeout(ObjectNode body) {
    ObjectNode whole = body.deepCopy();
    if (timeout != null && !whole.has("timeout_secs")) {
      whole.put("timeout_secs", timeout.toSeconds());
    }
    return whole;
  }

  /** Returns the timeout that applies: the request's, else this one, else the gateway's. */
  public Duration timeout(@Nullable Duration ofRequest, Duration ofGateway) {
    if (ofRequest != null) {
      return ofRequest;
    }
    return timeout == null ? ofGateway : timeout;
  }
}
