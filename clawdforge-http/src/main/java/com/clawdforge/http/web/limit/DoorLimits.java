package com.clawdforge.http.web.limit;

import java.time.Duration;

/**
 * How much of the server each caller may take.
 *
 * @param failedLoginsPerMinute failed authentications of an address before further ones are 429; 0
 *     for no limit
 * @param connections how many may be open, over all addresses
 * @param connectionsPerAddress how many of them one address may have; loopback and trusted proxies,
 *     behind which there are many callers, may have all
 * @param headTime within which a request's head has to arrive, from the connection's opening or
 *     from the head's first byte on
 * @param bodyBytesPerSecond the least average rate of a request's body while the server waits for
 *     it; 0 for any
 * @param bodyGrace how long the server waits for a body before it looks at the rate
 */
public record DoorLimits(
    int failedLoginsPerMinute,
    int connections,
    int connectionsPerAddress,
    Duration headTime,
    int bodyBytesPerSecond,
    Duration bodyGrace) {
  public static final DoorLimits DEFAULT =
      new DoorLimits(10, 4096, 256, Duration.ofSeconds(15), 500, Duration.ofSeconds(10));
}
