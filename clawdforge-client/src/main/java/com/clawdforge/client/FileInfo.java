package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of this app's files on the gateway.
 *
 * @param token names it in {@link RunRequest.Builder#file(String)}
 * @param name the name that an agent sees, or null if unknown
 * @param size in bytes
 * @param createdAt null if unknown
 * @param expiresAt when the gateway deletes it; null if unknown
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
