package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * A file that was uploaded to the gateway.
 *
 * @param token names it in {@link RunRequest.Builder#file(String)}
 * @param ttl how long the gateway keeps it
 * @param size in bytes
 */
public record UploadedFile(String token, Duration ttl, long size) {
  static UploadedFile of(JsonNode file) {
    return new UploadedFile(
        Json.requiredText(file, "file_token"),
        Duration.ofSeconds(Json.requiredInteger(file, "ttl_secs")),
        Json.requiredInteger(file, "size"));
  }
}
