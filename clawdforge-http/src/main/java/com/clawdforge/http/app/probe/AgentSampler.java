package com.clawdforge.http.app.probe;

import com.clawdforge.acpx.process.ProcessSample;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.http.metrics.AgentUsage;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Samples periodically how much of the machine this gateway's agents use. It finds their processes
 * by the ids of the work that it observes. A session's agent outlives its turn, so an id stays
 * until no process of it is found.
 */
public final class AgentSampler implements WorkObserver, AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(15);

  // Running work by tag; a tag with none stays until no process of it is found.
  private final Map<String, Integer> working = new ConcurrentHashMap<>();
  private final Function<Collection<String>, Optional<ProcessSample>> sampler;
  private final PeriodicProbe background = new PeriodicProbe("agent-sampler");
  private final Probe<Optional<ProcessSample>> sample;

  public AgentSampler() {
    this(AGAIN);
  }

  public AgentSampler(Duration again) {
    this(again, ProcessSample::of);
  }

  /**
   * The same, with another sampler.
   *
   * @param sampler finds the processes of these tags; empty where processes cannot be listed
   */
  public AgentSampler(
      Duration again, Function<Collection<String>, Optional<ProcessSample>> sampler) {
    this.sampler = sampler;
    sample = background.start(this::sample, seen -> again);
  }

  private Optional<ProcessSample> sample() {
    Map<String, Integer> before = Map.copyOf(working);
    Optional<ProcessSample> now = sampler.apply(before.keySet());
    // Where processes cannot be listed, there is nothing to wait for.
    Set<String> found = now.map(ProcessSample::found).orElse(Set.of());
    before.forEach(
        (tag, count) -> {
          if (count == 0 && !found.contains(tag)) {
            // Unless work has started again.
            working.remove(tag, 0);
          }
        });
    return now;
  }

  /** The last sample; empty before it, and where processes cannot be listed. */
  public Optional<AgentUsage> usage() {
    return sample
        .last()
        .flatMap(Probe.Result::value)
        .map(seen -> new AgentUsage(seen.processes(), seen.residentBytes()));
  }

  @Override
  public Watch accepted(Accepted work) {
    return new Watch() {
      private boolean started;

      @Override
      public void started() {
        started = true;
        working.merge(work.id(), 1, Integer::sum);
      }

      @Override
      public void firstEvent() {}

      @Override
      public void ended(Ended end) {
        if (started) {
          working.computeIfPresent(work.id(), (tag, count) -> count - 1);
        }
      }
    };
  }

  @Override
  public void close() {
    background.close();
  }
}
