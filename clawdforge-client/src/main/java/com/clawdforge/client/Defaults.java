package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client asks for where a request says nothing; null leaves it to the gateway. */
record Defaults(@Nullable String model, @Nullable Duration timeout) {
  static final Defaults NONE = new Defaults(null, null);

  /** A copy of a request's body with a model. */
  ObjectNode withModel(ObjectNode body) {
    ObjectNode whole = body.deepCopy();
    if (model != null && !whole.has("model")) {
      whole.put("model", model);
    }
    return whole;
  }

  /** A copy of a request's body with a timeout. */
  ObjectNode withTimeout(ObjectNode body) {
    ObjectNode whole = body.deepCopy();
    if (timeout != null && !whole.has("timeout_secs")) {
      whole.put("timeout_secs", timeout.toSeconds());
    }
    return whole;
  }

  /** What the gateway gives a request, whose own timeout may be null. */
  Duration timeout(@Nullable Duration ofRequest, Duration ofGateway) {
    if (ofRequest != null) {
      return ofRequest;
    }
    return timeout == null ? ofGateway : timeout;
  }
}
