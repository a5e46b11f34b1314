package com.clawdforge.core.file;

import java.time.Instant;

/**
 * The record of an uploaded file.
 *
 * @param id the file token that its app uses
 * @param tokenId the app token that owns it
 * @param name a safe single path component, see {@link FileName}
 * @param size in bytes
 * @param expiresAt when it ceases to exist
 */
public record StoredFile(
    String id, String tokenId, String name, long size, Instant createdAt, Instant expiresAt) {}
