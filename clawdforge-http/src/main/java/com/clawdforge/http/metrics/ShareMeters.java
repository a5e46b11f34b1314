package com.clawdforge.http.metrics;

import com.clawdforge.core.share.Shares;
import com.clawdforge.core.share.WaitingPrompts;
import com.clawdforge.core.work.Owners;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToIntFunction;

/**
 * Shows how apps share the server. No app has a time series of its own, because there may be
 * thousands.
 */
final class ShareMeters {
  private final MeterRegistry registry;
  private final Shares shares;

  ShareMeters(MeterRegistry registry, Shares shares) {
    this.registry = registry;
    this.shares = shares;
  }

  void register() {
    apps("working", Owners.Crowd::working);
    apps("waiting", Owners.Crowd::waiting);
    apps("limited", Owners.Crowd::limited);
    Gauge.builder("clawdforge.app.places.most", () -> shares.crowd().mostPlaces())
        .description("The places of the app that has the most")
        .register(registry);
    prompts("memory", shares.prompts().inMemory());
    prompts("disk", shares.prompts().onDisk());
    Gauge.builder("clawdforge.prompts.waiting.limit", () -> shares.prompts().maxBytes())
        .description("How long the prompts that wait may be together")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("clawdforge.budget.reserved.usd", () -> shares.budgets().reservedUsd())
        .description("US dollars that work has reserved which is not over")
        .register(registry);
    FunctionCounter.builder(
            "clawdforge.budget.spent.usd", shares, all -> all.budgets().countedUsd())
        .description("US dollars that work of apps with a budget counted against it")
        .register(registry);
  }

  private void apps(String state, ToIntFunction<Owners.Crowd> count) {
    Gauge.builder("clawdforge.apps", () -> count.applyAsInt(shares.crowd()))
        .description("Apps that have a place, wait for one, or wait for their own limit")
        .tag("state", state)
        .register(registry);
  }

  private void prompts(String where, WaitingPrompts waiting) {
    Gauge.builder("clawdforge.prompts.waiting", waiting::prompts)
        .description("Prompts of work that waits")
        .tag("where", where)
        .register(registry);
    Gauge.builder("clawdforge.prompts.waiting.size", waiting::bytes)
        .description("How long the prompts of work that waits are together")
        .baseUnit("bytes")
        .tag("where", where)
        .register(registry);
  }
}
