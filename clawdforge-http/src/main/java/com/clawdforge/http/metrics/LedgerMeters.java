package com.clawdforge.http.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Measures the ledger. Safe for any thread. */
public final class LedgerMeters {
  private static final double[] BATCHES = {1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000};

  private final Timer waiting;
  private final Timer writing;
  private final DistributionSummary batches;
  private final Map<String, Counter> failures;

  LedgerMeters(MeterRegistry registry, Collection<String> reasons) {
    waiting =
        Buckets.fast(registry, "clawdforge.ledger.wait", "Waiting for the writes that came before");
    writing =
        Buckets.fast(registry, "clawdforge.ledger.write", "Transactions that write, with the disk");
    batches =
        DistributionSummary.builder("clawdforge.ledger.batch")
            .description("Records of turns that went to the disk together")
            .baseUnit("records")
            .serviceLevelObjectives(BATCHES)
            .register(registry);
    // All are registered at the start: a rate needs the zero before the first failure.
    failures =
        reasons.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    reason ->
                        Counter.builder("clawdforge.ledger.failures")
                            .description("What could not be read or written")
                            .tag("reason", reason)
                            .register(registry)));
  }

  /** Records a transaction. */
  public void wrote(Duration waited, Duration took) {
    waiting.record(waited);
    writing.record(took);
  }

  /** Records the size of a batch. */
  public void recorded(int records) {
    batches.record(records);
  }

  /** Counts a failed read or write, for one of the known reasons. */
  public void failed(String reason) {
    Counter counter = failures.get(reason);
    if (counter == null) {
      throw new IllegalArgumentException("unknown reason: " + reason);
    }
    counter.increment();
  }
}
