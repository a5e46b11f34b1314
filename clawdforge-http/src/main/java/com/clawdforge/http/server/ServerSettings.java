package com.clawdforge.http.server;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a {@link ForgeServer} serves.
 *
 * @param host name or address to listen on
 * @param port 0 for any that is free
 * @param allowedHosts the {@code Host}s under which it may be called beside {@code localhost} and
 *     loopback addresses; empty for any
 * @param maxPromptBytes longest prompt, from which the largest JSON body follows
 * @param heartbeat how often an event stream without events shows that it is alive
 * @param idleTimeout how long a connection may stay open between requests
 * @param stallTimeout how long a peer may take nothing of its answer, or send nothing of what it
 *     announced, before its connection is closed; time that a request waits for its agent does not
 *     count
 * @param health asked by each {@code GET /healthz}; must not block
 */
public record ServerSettings(
    String host,
    int port,
    List<String> allowedHosts,
    long maxPromptBytes,
    Duration heartbeat,
    Duration idleTimeout,
    Duration stallTimeout,
    Supplier<Health> health) {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final int ESCAPED_BYTES = 6;
  private static final long OTHER_FIELDS_BYTES = 1 << 20;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8L;

  public ServerSettings {
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** The usual heartbeat and timeouts. */
  public static ServerSettings of(
      String host,
      int port,
      List<String> allowedHosts,
      long maxPromptBytes,
      Supplier<Health> health) {
    return new ServerSettings(
        host, port, allowedHosts, maxPromptBytes, HEARTBEAT, IDLE_TIMEOUT, STALL_TIMEOUT, health);
  }

  /** Room for a prompt and a system prompt, each character written as an escape, and the rest. */
  long maxBodyBytes() {
    long prompt = Math.min(maxPromptBytes, LARGEST_ARRAY);
    return Math.min(2 * ESCAPED_BYTES * prompt + OTHER_FIELDS_BYTES, LARGEST_ARRAY);
  }
}
