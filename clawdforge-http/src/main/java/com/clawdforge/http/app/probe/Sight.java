package com.clawdforge.http.app.probe;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a {@link Lookout} saw last of one thing. Safe for any thread. */
public final class Sight<T> {
  private volatile @Nullable Seen<T> last;

  /** Something as it was at a time. */
  public record Seen<T>(T what, long atNanos) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - atNanos);
    }
  }

  void see(T what) {
    last = new Seen<>(what, System.nanoTime());
  }

  /** Empty before the first look has ended. */
  public Optional<Seen<T>> last() {
    return Optional.ofNullable(last);
  }
}
