package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request as it arrived, retries and reconnects included.
 *
 * @param path with the query, such as {@code /runs?limit=5}
 * @param headers by their names in lower case
 * @param body as UTF-8; empty if there was none
 */
public record RecordedRequest(
    String method, String path, Map<String, List<String>> headers, String body) {
  public RecordedRequest {
    headers = Map.copyOf(headers);
  }

  /** Returns the first value of a header, or null; the case of the name does not matter. */
  public @Nullable String header(String name) {
    List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    return values.isEmpty() ? null : values.get(0);
  }

  /**
   * Parses the body.
   *
   * @throws IllegalStateException if it is not JSON
   */
  public JsonNode json() {
    JsonNode json = Wire.jsonOrNull(body);
    if (json == null) {
      throw new IllegalStateException("the body of " + method + " " + path + " is not JSON");
    }
    return json;
  }
}
