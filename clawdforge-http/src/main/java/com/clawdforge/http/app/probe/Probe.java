package com.clawdforge.http.app.probe;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last result of one check of a {@link PeriodicProbe}. Safe for any thread. */
public final class Probe<T> {
  private volatile @Nullable Result<T> last;

  /** A value and when it was read. */
  public record Result<T>(T value, long atNanos) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - atNanos);
    }
  }

  void set(T value) {
    last = new Result<>(value, System.nanoTime());
  }

  /** Empty before the first check has ended. */
  public Optional<Result<T>> last() {
    return Optional.ofNullable(last);
  }
}
