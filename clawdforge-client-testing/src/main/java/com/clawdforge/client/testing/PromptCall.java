package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that the app has sent, for a run or for a turn of a session.
 *
 * @param sessionId the session of the turn; null for a run
 * @param turnIndex counts from 1 within the session; 0 for a run
 * @param body the request with the names of the HTTP API
 * @param session the request that opened the session; null for a run
 * @param files the attached files in their order
 * @param idempotencyKey that the client or the app has chosen, or null
 */
public record PromptCall(
    @Nullable String sessionId,
    int turnIndex,
    JsonNode body,
    @Nullable JsonNode session,
    List<SentFile> files,
    @Nullable String idempotencyKey) {
  public PromptCall {
    files = List.copyOf(files);
  }

  /** The prompt. */
  public String prompt() {
    return body.path("prompt").asText();
  }

  /** The model that the run, or the session, asks for; null for the default. */
  public @Nullable String model() {
    JsonNode asked = session == null ? body : session;
    return asked.hasNonNull("model") ? asked.get("model").asText() : null;
  }

  /** The system prompt of the run, or of the session; null if there is none. */
  public @Nullable String system() {
    JsonNode asked = session == null ? body : session;
    return asked.hasNonNull("system") ? asked.get("system").asText() : null;
  }

  /** The JSON Schema that the answer has to match; null if there is none. */
  public @Nullable JsonNode jsonSchema() {
    return body.hasNonNull("json_schema") ? body.get("json_schema") : null;
  }

  /** How long the app lets the agent work; the gateway's default if it does not say. */
  public Duration timeout() {
    return Duration.ofSeconds(body.path("timeout_secs").asLong(session == null ? 120 : 600));
  }
}
