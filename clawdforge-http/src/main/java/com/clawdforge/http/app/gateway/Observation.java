package com.clawdforge.http.app.gateway;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.ledger.LedgerFault;
import com.clawdforge.core.ledger.LedgerObserver;
import com.clawdforge.core.model.ModelWatch;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.Version;
import com.clawdforge.http.app.probe.AgentSampler;
import com.clawdforge.http.app.probe.DiskSpace;
import com.clawdforge.http.app.probe.ProviderWatch;
import com.clawdforge.http.app.probe.ReadyProbe;
import com.clawdforge.http.logging.Logs;
import com.clawdforge.http.metrics.GatewayMetrics;
import com.clawdforge.http.metrics.GatewayState;
import com.clawdforge.http.ops.Health;
import com.clawdforge.http.ops.Operations;
import com.clawdforge.http.ops.Readiness;
import com.clawdforge.http.tracing.TraceSettings;
import com.clawdforge.http.tracing.Tracing;
import com.clawdforge.http.web.RequestObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Metrics, traces and the work log: everything that observes the gateway. */
final class Observation implements AutoCloseable {
  // Created while the ledger opens, because both take a while.
  private final FutureTask<GatewayMetrics> metrics;
  private final AgentSampler agents = new AgentSampler();
  private final ProviderWatch provider = new ProviderWatch(Clock.systemUTC());
  private final @Nullable Tracing tracing;

  /**
   * Starts observing.
   *
   * @param environment its {@code OTEL_} variables decide whether there are traces
   */
  Observation(Map<String, String> environment) {
    this(Observation::newMetrics, () -> tracing(environment));
  }

  /**
   * Starts observing with these.
   *
   * @param measures called on its own thread
   * @param traces returns null if there are none
   */
  Observation(Callable<GatewayMetrics> measures, Supplier<@Nullable Tracing> traces) {
    metrics = new FutureTask<>(measures);
    Thread.ofPlatform().daemon().name("metrics-start").start(metrics);
    tracing = traces.get();
  }

  private static GatewayMetrics newMetrics() {
    return new GatewayMetrics(
        Version.current(),
        Arrays.stream(LedgerFault.values()).map(Observation::reason).toList(),
        Logs::dropped);
  }

  // Short, and not interruptible: the measured work continues in any case.
  private GatewayMetrics metrics() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return metrics.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("the metrics could not be created", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static @Nullable Tracing tracing(Map<String, String> environment) {
    if (!TraceSettings.wanted(environment)) {
      return null;
    }
    try {
      return new Tracing(environment, Version.current());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  WorkObserver work() {
    List<WorkObserver> observers =
        new ArrayList<>(List.of(metrics().work(), agents, provider, new WorkLog()));
    if (tracing != null) {
      observers.add(tracing.work());
    }
    return WorkObserver.all(observers);
  }

  /** Of the requests to the model. */
  ModelWatch models() {
    return ModelWatch.all(List.of(request -> metrics().models().over(request), provider));
  }

  ProviderWatch provider() {
    return provider;
  }

  LedgerObserver ledger() {
    return new LedgerObserver() {
      @Override
      public void wrote(Duration waited, Duration took) {
        metrics().ledger().wrote(waited, took);
      }

      @Override
      public void recorded(int records) {
        metrics().ledger().recorded(records);
      }

      @Override
      public void failed(LedgerFault fault) {
        metrics().ledger().failed(reason(fault));
      }
    };
  }

  /** The parts that the server needs; from now on the metrics include the gateway's state. */
  Operations operations(
      Supplier<Health> health, ReadyProbe ready, List<Cidr> scrapers, Shares shares) {
    GatewayMetrics shown = metrics();
    shown.show(() -> state(ready.now(), ready.space()));
    shown.show(shares);
    return new Operations(health, ready::now, shown::scrape, scrapers, requests());
  }

  private GatewayState state(Readiness ready, Optional<DiskSpace> space) {
    Map<String, Boolean> checks = new LinkedHashMap<>();
    ready.checks().forEach(check -> checks.put(check.name(), check.passed()));
    Readiness.Capacity capacity = ready.capacity();
    return new GatewayState(
        checks,
        switch (ready.login().state()) {
          case "logged_in" -> Optional.of(true);
          case "logged_out", "misplaced" -> Optional.of(false);
          default -> Optional.empty();
        },
        capacity.runs(),
        capacity.turns(),
        capacity.openSessions(),
        capacity.maxOpenSessions(),
        space.map(room -> OptionalLong.of(room.freeBytes())).orElse(OptionalLong.empty()),
        agents.usage(),
        provider.limits());
  }

  private RequestObserver requests() {
    return tracing == null
        ? metrics().requests()
        : RequestObserver.all(List.of(metrics().requests(), tracing.requests()));
  }

  private static String reason(LedgerFault fault) {
    return fault.name().toLowerCase(Locale.ROOT);
  }

  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  /** Closes all observers in reverse order, even if closing one fails. */
  @Override
  public void close() {
    Closing measures = () -> metrics().close();
    try (measures;
        agents;
        tracing) {
      // The resources only have to be closed.
    }
  }
}
