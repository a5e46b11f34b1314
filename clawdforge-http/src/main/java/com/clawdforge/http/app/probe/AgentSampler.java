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
 * Looks now and then what the agents of this gateway take of the machine. It knows them by the work
 * that it is told of; a session's agent stays when its turn is over, and is looked for until it is
 * gone.
 */
public final class AgentSampler implements WorkObserver, AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(15);

  // How much goes on under each tag now; one with nothing stays until no process of it is seen.
  private final Map<String, Integer> working = new ConcurrentHashMap<>();
  private final Function<Collection<String>, Optional<ProcessSample>> looking;
  private final Lookout lookout = new Lookout("agent-sampler");
  private final Sight<Optional<ProcessSample>> sample;

  public AgentSampler() {
    this(AGAIN);
  }

  public AgentSampler(Duration again) {
    this(again, ProcessSample::of);
  }

  /**
   * The same, with another way to look.
   *
   * @param looking finds the processes of these tags; gives nothing where it cannot tell
   */
  public AgentSampler(
      Duration again, Function<Collection<String>, Optional<ProcessSample>> looking) {
    this.looking = looking;
    sample = lookout.watch(this::look, seen -> again);
  }

  private Optional<ProcessSample> look() {
    Map<String, Integer> before = Map.copyOf(working);
    Optional<ProcessSample> now = looking.apply(before.keySet());
    // Where nothing can be seen there is nothing to wait for.
    Set<String> found = now.map(ProcessSample::found).orElse(Set.of());
    before.forEach(
        (tag, count) -> {
          if (count == 0 && !found.contains(tag)) {
            // Unless it works again.
            working.remove(tag, 0);
          }
        });
    return now;
  }

  /** What they took at the last look; empty before it, and where it cannot be told. */
  public Optional<AgentUsage> usage() {
    return sample
        .last()
        .flatMap(Sight.Seen::what)
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
    lookout.close();
  }
}
