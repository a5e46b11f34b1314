package com.clawdforge.client.testing;

import java.nio.charset.StandardCharsets;

/**
 * A file that the app has uploaded.
 *
 * @param token names it in requests
 * @param name as the app gave it
 * @param content as ISO 8859-1, one character for each byte
 */
record FakeFile(String token, String name, String content, long ttlSecs, long createdAt) {
  SentFile sent() {
    return new SentFile(name, new String(bytes(), StandardCharsets.UTF_8), bytes().length);
  }

  byte[] bytes() {
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }
}
