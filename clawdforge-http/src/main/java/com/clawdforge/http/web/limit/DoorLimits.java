package com.clawdforge.http.web.limit;

/**
 * How much of the server each caller may take.
 *
 * @param failedLoginsPerMinute failed authentications of an address before further ones are 429; 0
 *     for no limit
 */
public record DoorLimits(int failedLoginsPerMinute) {
  public static final DoorLimits DEFAULT = new DoorLimits(10);
}
