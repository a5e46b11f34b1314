package com.clawdforge.client.internal.http;

import java.time.Duration;

/** The pauses between retries of a call: each twice as long as the one before, up to a limit. */
public record Backoff(int maxRetries, Duration firstPause, Duration longestPause) {
  Duration pause(int retries) {
    Duration most = firstPause.compareTo(longestPause) > 0 ? firstPause : longestPause;
    Duration pause = firstPause;
    for (int i = 0; i < retries && pause.compareTo(most) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(most) < 0 ? pause : most;
  }
}
