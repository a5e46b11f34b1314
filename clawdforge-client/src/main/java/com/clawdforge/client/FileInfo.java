package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of this app's that the gateway holds.
 *
 * @param token what {@link RunRequest.Builder#file(String)} names it by
 * @param name under which an agent sees it, or null if the gateway does not tell
 * @param size in bytes
 * @param createdAt or null if the gateway does not tell
 * @param expiresAt from then on it is gone; null if the gateway does not tell
 */
public record FileInfo(
    String token,
    @Nullable String name,
    long size,
    @Nullable Instant createdAt,
    @Nullable Instant expiresAt) {
  static FileInfo of(JsonNode file) {
    return new FileInfo(
        Json.requiredText(file, "file_token"),
        Json.text(file, "name"),
        Json.requiredInteger(file, "size"),
        Json.time(file, "created_at"),
        Json.time(file, "expires_at"));
  }
}
