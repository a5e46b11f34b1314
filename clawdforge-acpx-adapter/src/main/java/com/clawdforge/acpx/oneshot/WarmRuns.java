package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.FreeMemory;
import com.clawdforge.acpx.process.SpareNames;
import com.clawdforge.acpx.program.ClaudeHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spare processes, each started before its prompt is known and used for one prompt at most. A
 * thread of its own starts and ends them, never while a run is starting. Safe for any thread.
 *
 * <p>A spare is given only to a run of the same profile, while the program and the operator's login
 * are still those with which it was started.
 */
final class WarmRuns implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WarmRuns.class);

  /** Of a spare, and of the time without a run after which none is kept. */
  private static final Duration OLD = Duration.ofMinutes(10);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  private final ClaudeSettings settings;
  private final FreeMemory memory;
  private final LongSupplier nanos;
  private final ClaudeHome home;
  private final SpareNames names;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("warm-runs").unstarted(task));

  // Guarded by this, as everything below.
  private final List<Spare> spares = new ArrayList<>();
  private final Demand demand = new Demand();
  private long lastUse;
  private int starting;
  private boolean postponed;
  private boolean closed;

  private record Spare(RunProcess process, String basis, long since) {}

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  WarmRuns(ClaudeSettings settings, FreeMemory memory, LongSupplier nanos) {
    this.settings = settings;
    this.memory = memory;
    this.nanos = nanos;
    lastUse = nanos.getAsLong();
    this.home = new ClaudeHome(settings.environment());
    this.names = new SpareNames(settings.runsDir());
  }

  /**
   * Begins, in the background: ends what a server that was killed has left, then keeps spares for
   * runs that ask for nothing in particular until there is something to learn from.
   */
  void start() {
    keeper.execute(() -> SpareNames.endOrphans(settings.runsDir()));
    if (settings.warmRuns() > 0) {
      keeper.execute(
          () ->
              settings
                  .program()
                  .find()
                  .ifPresent(program -> learn(RunProfile.plain(program, settings))));
      // Its exceptions are logged by itself.
      ScheduledFuture<?> unused =
          keeper.scheduleWithFixedDelay(
              this::tend, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void learn(RunProfile profile) {
    demand.add(profile);
  }

  /** Holds back new spares until {@link #begun}. Every call needs one of that. */
  synchronized void beginning() {
    starting++;
  }

  /** A run has begun its work, or will not. */
  void begun() {
    boolean due;
    synchronized (this) {
      starting--;
      due = starting == 0 && postponed;
    }
    if (due) {
      over();
    }
  }

  /** A run is over: time to make up for the spare that it took. */
  void over() {
    if (settings.warmRuns() == 0) {
      return;
    }
    try {
      keeper.execute(this::tend);
    } catch (RejectedExecutionException e) {
      log.trace("no spares any more", e);
    }
  }

  /** Notes what a run asks for and hands out a living spare for it, which then is the run's own. */
  Optional<RunProcess> take(RunProfile profile) throws InterruptedException {
    if (settings.warmRuns() == 0) {
      return Optional.empty();
    }
    String basis = basis(profile.program());
    synchronized (this) {
      demand.add(profile);
      lastUse = nanos.getAsLong();
      for (Spare spare : List.copyOf(spares)) {
        if (spare.process.profile().equals(profile) && isGood(spare, basis)) {
          spares.remove(spare);
          return Optional.of(spare.process);
        }
      }
      return Optional.empty();
    }
  }

  private boolean isGood(Spare spare, String basis) throws InterruptedException {
    return spare.basis.equals(basis)
        && nanos.getAsLong() - spare.since < OLD.toNanos()
        && spare.process.isAlive();
  }

  // What makes a spare useless when it changes.
  private String basis(Path program) {
    return PrivateFiles.identity(program) + " " + home.loginState();
  }

  /** Ends what is of no use any more and starts what is missing. For the keeper's thread. */
  void tend() {
    try {
      discard(surplus());
      while (startOne()) {
        log.trace("one more spare");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.warn("no agent can be kept ready; runs start cold", e);
    }
  }

  /** Takes out those that are of no use any more. */
  private List<Spare> surplus() throws InterruptedException {
    boolean tight = !memory.isEnough();
    Map<Path, String> bases = new HashMap<>();
    for (RunProcess process : ready()) {
      bases.computeIfAbsent(process.profile().program(), this::basis);
    }
    synchronized (this) {
      boolean none = tight || closed || isIdle();
      Map<RunProfile, Integer> wanted = none ? Map.of() : demand.share(settings.warmRuns());
      Map<RunProfile, Integer> kept = new HashMap<>();
      List<Spare> surplus = new ArrayList<>();
      for (Spare spare : List.copyOf(spares)) {
        RunProfile profile = spare.process.profile();
        if (kept.getOrDefault(profile, 0) < wanted.getOrDefault(profile, 0)
            && isGood(spare, String.valueOf(bases.get(profile.program())))) {
          kept.merge(profile, 1, Integer::sum);
        } else {
          spares.remove(spare);
          surplus.add(spare);
        }
      }
      return surplus;
    }
  }

  private boolean isIdle() {
    return nanos.getAsLong() - lastUse > OLD.toNanos();
  }

  private boolean startOne() throws IOException, InterruptedException {
    Optional<RunProfile> missing = missing();
    if (missing.isEmpty() || !memory.isEnough()) {
      return false;
    }
    RunProfile profile = missing.get();
    // Taken first: a change meanwhile makes it useless.
    String basis = basis(profile.program());
    RunDirectory directory = RunDirectory.create(settings.runsDir(), names.next());
    boolean kept = false;
    try {
      RunProcess process = RunProcess.spare(settings, profile, directory);
      kept = keep(new Spare(process, basis, nanos.getAsLong()));
      if (!kept) {
        process.discard(END_GRACE);
      }
      return kept;
    } finally {
      if (!kept) {
        directory.close();
      }
    }
  }

  private synchronized Optional<RunProfile> missing() {
    postponed = starting > 0;
    if (closed || postponed || isIdle()) {
      return Optional.empty();
    }
    Map<RunProfile, Integer> wanted = demand.share(settings.warmRuns());
    spares.forEach(spare -> wanted.merge(spare.process.profile(), -1, Integer::sum));
    return wanted.entrySet().stream()
        .filter(profile -> profile.getValue() > 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private synchronized boolean keep(Spare spare) {
    return !closed && spares.add(spare);
  }

  private static void discard(List<Spare> surplus) throws InterruptedException {
    for (Spare spare : surplus) {
      if (!spare.process.discard(END_GRACE)) {
        log.error("{} cannot be ended", spare.process.directory().id());
      }
    }
  }

  /** The spares that there are now. */
  synchronized List<RunProcess> ready() {
    return spares.stream().map(Spare::process).toList();
  }

  /** Ends all spares, but not those that runs have taken. */
  @Override
  public void close() {
    List<Spare> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(spares);
      spares.clear();
    }
    keeper.shutdown();
    try {
      discard(left);
      if (!keeper.awaitTermination(END_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("a spare agent may be left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    names.close();
  }
}
