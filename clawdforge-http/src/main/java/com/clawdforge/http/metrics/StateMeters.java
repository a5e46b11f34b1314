package com.clawdforge.http.metrics;

import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.model.AccountLimit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gauges for the state of the gateway. Unknown values are left out. */
final class StateMeters {
  private final Supplier<GatewayState> state;
  private final MultiGauge ready;
  private final MultiGauge loggedIn;
  private final MultiGauge running;
  private final MultiGauge waiting;
  private final MultiGauge places;
  private final MultiGauge sessions;
  private final MultiGauge sessionsLimit;
  private final MultiGauge disk;
  private final MultiGauge processes;
  private final MultiGauge memory;
  private final MultiGauge utilization;
  private final MultiGauge resets;

  StateMeters(MeterRegistry registry, Supplier<GatewayState> state) {
    this.state = state;
    ready = gauge(registry, "clawdforge.ready", "1 if a check of /readyz is passed", null);
    loggedIn = gauge(registry, "clawdforge.logged.in", "1 if claude says that it is", null);
    running = gauge(registry, "clawdforge.work.running", "Runs and turns that have a place", null);
    waiting = gauge(registry, "clawdforge.work.waiting", "Runs and turns that wait", null);
    places = gauge(registry, "clawdforge.work.places", "How many may run at once", null);
    sessions = gauge(registry, "clawdforge.sessions.open", "Open sessions", null);
    sessionsLimit =
        gauge(registry, "clawdforge.sessions.limit", "How many sessions may be open", null);
    disk = gauge(registry, "clawdforge.disk.free", "Room where there is least", "bytes");
    processes = gauge(registry, "clawdforge.agent.processes", "Processes of agents", null);
    memory =
        gauge(
            registry,
            "clawdforge.agent.memory",
            "Resident memory of agents' processes; shared pages count for each",
            "bytes");
    utilization =
        gauge(
            registry,
            "clawdforge.provider.limit.utilization",
            "Used share of an account's limit; at least 1 while the provider rejects",
            null);
    resets =
        gauge(
            registry,
            "clawdforge.provider.limit.resets.timestamp",
            "When the use of an account's limit is counted anew",
            "seconds");
  }

  private static MultiGauge gauge(
      MeterRegistry registry, String name, String what, @Nullable String unit) {
    return MultiGauge.builder(name).description(what).baseUnit(unit).register(registry);
  }

  /** Reads the state, once for all gauges. */
  void refresh() {
    GatewayState now = state.get();
    show(
        ready,
        now.checks().entrySet().stream()
            .map(check -> row(check.getValue() ? 1 : 0, "check", check.getKey()))
            .toList());
    show(loggedIn, now.loggedIn().map(is -> List.of(row(is ? 1 : 0))).orElse(List.of()));
    show(running, both(now.runs().running(), now.turns().running()));
    show(waiting, both(now.runs().waiting(), now.turns().waiting()));
    show(places, both(now.runs().places(), now.turns().places()));
    show(sessions, List.of(row(now.openSessions())));
    show(sessionsLimit, List.of(row(now.maxOpenSessions())));
    OptionalLong free = now.freeBytes();
    show(disk, free.isPresent() ? List.of(row(free.getAsLong())) : List.of());
    Optional<AgentUsage> usage = now.agents();
    show(processes, usage.map(used -> List.of(row(used.processes()))).orElse(List.of()));
    show(memory, usage.map(used -> List.of(row(used.residentBytes()))).orElse(List.of()));
    show(utilization, now.limits().stream().flatMap(StateMeters::utilization).toList());
    show(resets, now.limits().stream().flatMap(StateMeters::resets).toList());
  }

  private static Stream<MultiGauge.Row<?>> utilization(AccountLimit told) {
    ProviderLimit limit = told.limit();
    double known = limit.utilization() == null ? 0 : limit.utilization();
    if (limit.status().equals(ProviderLimit.REJECTED)) {
      return Stream.of(row(Math.max(1, known), labels(told)));
    }
    return limit.utilization() == null ? Stream.empty() : Stream.of(row(known, labels(told)));
  }

  private static Stream<MultiGauge.Row<?>> resets(AccountLimit told) {
    @Nullable Instant resetsAt = told.limit().resetsAt();
    return resetsAt == null
        ? Stream.empty()
        : Stream.of(row(resetsAt.getEpochSecond(), labels(told)));
  }

  private static String[] labels(AccountLimit told) {
    return new String[] {"account", told.account(), "window", told.limit().window()};
  }

  private static List<MultiGauge.Row<?>> both(int ofRuns, int ofTurns) {
    return List.of(row(ofRuns, "kind", "run"), row(ofTurns, "kind", "turn"));
  }

  private static MultiGauge.Row<?> row(Number value, String... tags) {
    return MultiGauge.Row.of(Tags.of(tags), value);
  }

  private static void show(MultiGauge gauge, List<? extends MultiGauge.Row<?>> rows) {
    gauge.register(List.copyOf(rows), true);
  }
}
