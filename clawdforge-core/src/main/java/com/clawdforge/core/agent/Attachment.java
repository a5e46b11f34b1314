package com.clawdforge.core.agent;

import java.io.InputStream;

/**
 * A file for the agent.
 *
 * @param name a safe single path component
 * @param size bytes in {@code content}
 * @param content read at most once; closed by whoever opened it
 */
public record Attachment(String name, long size, InputStream content) {}
