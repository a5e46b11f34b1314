package com.clawdforge.http.metrics;

import com.clawdforge.core.work.Load;
import com.clawdforge.http.server.Readiness;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Shows how the gateway is at this moment. What is not known is not shown. */
final class StateMeters {
  private final GatewayState state;
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

  StateMeters(MeterRegistry registry, GatewayState state) {
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
  }

  private static MultiGauge gauge(
      MeterRegistry registry, String name, String what, @Nullable String unit) {
    return MultiGauge.builder(name).description(what).baseUnit(unit).register(registry);
  }

  /** Looks anew, once for all gauges. */
  void refresh() {
    Readiness now = state.readiness().get();
    show(
        ready,
        now.checks().stream()
            .map(check -> row(check.passed() ? 1 : 0, "check", check.name()))
            .toList());
    show(
        loggedIn,
        switch (now.login().state()) {
          case "logged_in" -> List.of(row(1));
          case "logged_out", "misplaced" -> List.of(row(0));
          default -> List.of();
        });
    Load runs = now.capacity().runs();
    Load turns = now.capacity().turns();
    show(running, both(runs.running(), turns.running()));
    show(waiting, both(runs.waiting(), turns.waiting()));
    show(places, both(runs.places(), turns.places()));
    show(sessions, List.of(row(now.capacity().openSessions())));
    show(sessionsLimit, List.of(row(now.capacity().maxOpenSessions())));
    OptionalLong free = state.freeBytes().get();
    show(disk, free.isPresent() ? List.of(row(free.getAsLong())) : List.of());
    Optional<AgentUsage> usage = state.agents().get();
    show(processes, usage.map(used -> List.of(row(used.processes()))).orElse(List.of()));
    show(memory, usage.map(used -> List.of(row(used.residentBytes()))).orElse(List.of()));
  }

  private static List<MultiGauge.Row<?>> both(int ofRuns, int ofTurns) {
    return List.of(row(ofRuns, "kind", "run"), row(ofTurns, "kind", "turn"));
  }

  private static MultiGauge.Row<?> row(long value, String... tags) {
    return MultiGauge.Row.of(Tags.of(tags), value);
  }

  private static void show(MultiGauge gauge, List<? extends MultiGauge.Row<?>> rows) {
    gauge.register(List.copyOf(rows), true);
  }
}
