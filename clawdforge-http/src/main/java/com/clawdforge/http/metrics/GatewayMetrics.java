package com.clawdforge.http.metrics;

import com.clawdforge.core.model.ModelWatch;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.web.RequestObserver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics of the gateway and of the JVM. Safe for any thread. */
public final class GatewayMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final WorkMeters work = new WorkMeters(registry);
  private final RequestMeters requests = new RequestMeters(registry);
  private final ModelMeters models = new ModelMeters(registry);
  private final LedgerMeters ledger;
  private volatile @Nullable StateMeters state;
  private @Nullable JvmGcMetrics garbage;

  /**
   * Creates the registry.
   *
   * @param version of the gateway
   * @param ledgerFaults all reasons for which the ledger may fail
   * @param droppedLines how many lines of the log were dropped since the start
   */
  public GatewayMetrics(
      String version, Collection<String> ledgerFaults, LongSupplier droppedLines) {
    ledger = new LedgerMeters(registry, ledgerFaults);
    FunctionCounter.builder(
            "clawdforge.log.dropped", droppedLines, lines -> (double) lines.getAsLong())
        .description("Lines of the log that nobody read in time")
        .baseUnit("lines")
        .register(registry);
    Gauge.builder("clawdforge.version", () -> 1)
        .description("Always 1; the label is the version")
        .tag("version", version)
        .register(registry);
  }

  /**
   * Shows this state too, from the next scrape on.
   *
   * @param shown called by each scrape; must not block
   */
  public void show(Supplier<GatewayState> shown) {
    state = new StateMeters(registry, shown);
  }

  /** Shows how apps share the server too. Call once. */
  public void show(Shares shares) {
    new ShareMeters(registry, shares).register();
  }

  public WorkObserver work() {
    return work;
  }

  public RequestObserver requests() {
    return requests;
  }

  /** Of the requests to the model. */
  public ModelWatch models() {
    return models;
  }

  public LedgerMeters ledger() {
    return ledger;
  }

  /** All metrics in Prometheus' text format 0.0.4. */
  public synchronized String scrape() {
    if (garbage == null) {
      garbage = watchJvm();
    }
    StateMeters shown = state;
    if (shown != null) {
      shown.refresh();
    }
    return registry.scrape();
  }

  // Registered at the first scrape, because they would delay the start by a tenth of a second.
  private JvmGcMetrics watchJvm() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    JvmGcMetrics pauses = new JvmGcMetrics();
    pauses.bindTo(registry);
    return pauses;
  }

  @Override
  public synchronized void close() {
    if (garbage != null) {
      garbage.close();
    }
    registry.close();
  }
}
