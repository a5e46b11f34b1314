package com.clawdforge.http.app.gateway;

import com.clawdforge.http.web.CallerRules;
import com.clawdforge.http.web.WebServer;
import com.clawdforge.http.web.limit.DoorLimits;
import java.time.Duration;

/**
 * How a {@link ForgeServer} serves.
 *
 * @param maxPromptBytes longest prompt, from which the largest JSON body follows
 * @param roomForBodies how large the long JSON bodies may be together that are read at once; at
 *     least two of the largest have room in any case
 * @param heartbeat how often an event stream without events sends a comment to show that it is
 *     alive
 */
public record ServerSettings(
    WebServer.Settings web, long maxPromptBytes, long roomForBodies, Duration heartbeat) {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final int ESCAPED_BYTES = 6;
  private static final long OTHER_FIELDS_BYTES = 1 << 20;
  // A body is in memory several times while it is read.
  private static final long PART_OF_HEAP = 8;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

  /** The usual heartbeat and timeouts. */
  public static ServerSettings of(
      String host, int port, CallerRules rules, DoorLimits limits, long maxPromptBytes) {
    return new ServerSettings(
        new WebServer.Settings(host, port, rules, IDLE_TIMEOUT, STALL_TIMEOUT, limits),
        maxPromptBytes,
        Runtime.getRuntime().maxMemory() / PART_OF_HEAP,
        HEARTBEAT);
  }

  long bodyRoom() {
    return Math.max(roomForBodies, 2 * maxBodyBytes());
  }

  /** Room for a prompt and a system prompt, each character written as an escape, and the rest. */
  long maxBodyBytes() {
    long prompt = Math.min(maxPromptBytes, LARGEST_ARRAY);
    return Math.min(2 * ESCAPED_BYTES * prompt + OTHER_FIELDS_BYTES, LARGEST_ARRAY);
  }
}
