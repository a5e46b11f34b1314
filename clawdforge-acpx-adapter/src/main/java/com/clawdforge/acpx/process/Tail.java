package com.clawdforge.acpx.process;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream. Safe for any thread. */
final class Tail {
  private final byte[] ring;
  private long written;

  Tail(int size) {
    ring = new byte[size];
  }

  synchronized void add(byte[] bytes, int length) {
    for (int i = Math.max(0, length - ring.length); i < length; i++) {
      ring[(int) ((written + i) % ring.length)] = bytes[i];
    }
    written += length;
  }

  /** The kept bytes as UTF-8, without a character that is cut at the front. */
  synchronized String text() {
    int kept = (int) Math.min(written, ring.length);
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = ring[(int) ((written - kept + i) % ring.length)];
    }
    int start = 0;
    while (written > kept && start < kept && (bytes[start] & 0xC0) == 0x80) {
      start++;
    }
    return new String(bytes, start, kept - start, StandardCharsets.UTF_8);
  }
}
