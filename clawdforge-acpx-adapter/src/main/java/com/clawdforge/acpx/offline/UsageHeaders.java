package com.clawdforge.acpx.offline;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The response headers in which Anthropic's API tells a subscriber's usage. */
public final class UsageHeaders {
  private static final String PREFIX = "anthropic-ratelimit-unified-";

  private UsageHeaders() {}

  /**
   * What an answer says of one window, for {@link ModelReply#withHeaders}; a new map. The window is
   * also the one that the answer calls decisive. With {@code allowed_warning} comes the threshold
   * that is surpassed, without which Claude Code takes the status for {@code allowed}; it is the
   * utilization.
   *
   * @param status {@code allowed}, {@code allowed_warning} or {@code rejected}
   * @param window {@code five_hour} or {@code seven_day}
   * @param utilization the part that is used, such as 0.92
   * @param resetsAt the window's end, sent in whole seconds
   * @throws IllegalArgumentException for another window
   */
  public static Map<String, String> of(
      String status, String window, double utilization, Instant resetsAt) {
    String prefix = PREFIX + abbreviation(window);
    String reset = Long.toString(resetsAt.getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(PREFIX + "status", status);
    headers.put(PREFIX + "reset", reset);
    headers.put(PREFIX + "representative-claim", window);
    headers.put(prefix + "-status", status);
    headers.put(prefix + "-reset", reset);
    headers.put(prefix + "-utilization", Double.toString(utilization));
    if (status.equals("allowed_warning")) {
      headers.put(prefix + "-surpassed-threshold", Double.toString(utilization));
    }
    return headers;
  }

  private static String abbreviation(String window) {
    return switch (window) {
      case "five_hour" -> "5h";
      case "seven_day" -> "7d";
      default -> throw new IllegalArgumentException("no such window: " + window);
    };
  }
}
