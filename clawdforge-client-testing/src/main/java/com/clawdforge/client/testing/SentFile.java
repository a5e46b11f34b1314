package com.clawdforge.client.testing;

/**
 * A file that came with a prompt.
 *
 * @param name as the app gave it
 * @param text the content, read as UTF-8
 * @param size of the content in bytes
 */
public record SentFile(String name, String text, int size) {}
