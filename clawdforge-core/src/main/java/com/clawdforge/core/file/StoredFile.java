package com.clawdforge.core.file;

import java.time.Instant;

/**
 * What is known of an uploaded file.
 *
 * @param id the file token that its app names it by
 * @param tokenId the app token that it belongs to
 * @param name a safe single path component, see {@link FileName}
 * @param size in bytes
 * @param expiresAt from then on it does not exist any more
 */
public record StoredFile(
    String id, String tokenId, String name, long size, Instant createdAt, Instant expiresAt) {}
