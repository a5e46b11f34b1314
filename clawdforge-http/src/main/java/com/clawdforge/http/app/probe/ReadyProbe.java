package com.clawdforge.http.app.probe;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.http.ops.Readiness;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the server can do its work. The ledger and the disk are checked in the background, each
 * on its own thread: one that hangs delays no caller, and counts as broken after a while.
 */
public final class ReadyProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReadyProbe.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration STALE = Duration.ofSeconds(30);

  private final AgentProbe agents;
  private final Supplier<Readiness.Capacity> capacity;
  private final Supplier<Readiness.Provider> provider;
  private final Duration stale;
  private final PeriodicProbe storeChecks = new PeriodicProbe("store-probe");
  private final PeriodicProbe diskChecks = new PeriodicProbe("disk-probe");
  private final PeriodicProbe preconditionChecks = new PeriodicProbe("precondition-probe");
  // Faults that are logged already: each is logged when it begins, not at every check.
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private final Probe<Finding> store;
  private final Probe<Finding> disk;
  private final Probe<Finding> preconditions;

  /** What is wrong, or null; and the free space, if that was checked. */
  private record Finding(@Nullable String fault, @Nullable DiskSpace space) {}

  /**
   * @param writeToStore throws {@link StoreException} if the ledger cannot be written
   * @param folders that the server writes to
   * @param preconditions what agents need beside their programs
   * @param provider what is known about the model's provider
   */
  public ReadyProbe(
      Runnable writeToStore,
      List<Path> folders,
      List<Check> preconditions,
      AgentProbe agents,
      Supplier<Readiness.Capacity> capacity,
      Supplier<Readiness.Provider> provider) {
    this(writeToStore, folders, preconditions, agents, capacity, provider, AGAIN, STALE);
  }

  public ReadyProbe(
      Runnable writeToStore,
      List<Path> folders,
      List<Check> preconditions,
      AgentProbe agents,
      Supplier<Readiness.Capacity> capacity,
      Supplier<Readiness.Provider> provider,
      Duration again,
      Duration stale) {
    this.agents = agents;
    this.capacity = capacity;
    this.provider = provider;
    this.stale = stale;
    store = storeChecks.start(() -> store(writeToStore), finding -> again);
    disk = diskChecks.start(() -> disk(folders), finding -> again);
    this.preconditions = preconditionChecks.start(() -> look(preconditions), finding -> again);
  }

  /** Returns at once. */
  public Readiness now() {
    return new Readiness(
        List.of(
            check("store", "the ledger", store),
            check("disk", "the disk", disk),
            check("preconditions", "the agents' folders", preconditions),
            agents.claude(),
            agents.acpx()),
        agents.login(),
        capacity.get(),
        provider.get());
  }

  /** The free space of the fullest disk; empty before the first check. */
  public Optional<DiskSpace> space() {
    return disk.last().map(seen -> seen.value().space());
  }

  private Readiness.Check check(String name, String what, Probe<Finding> probe) {
    Optional<Probe.Result<Finding>> seen = probe.last();
    if (seen.isEmpty()) {
      return new Readiness.Check(name, what + " was not looked at yet", null);
    }
    Duration age = seen.get().age();
    return age.compareTo(stale) > 0
        ? new Readiness.Check(name, what + " has not answered for " + age.toSeconds() + " s", age)
        : new Readiness.Check(name, seen.get().value().fault(), age);
  }

  // The cause is only logged, because it names paths and /readyz is public.
  private Finding store(Runnable write) {
    try {
      write.run();
      reported.remove("store");
      return new Finding(null, null);
    } catch (StoreException e) {
      report("store", e);
      return new Finding("the ledger cannot be written; the server's log says why", null);
    }
  }

  private Finding disk(List<Path> folders) {
    @Nullable DiskSpace least = null;
    @Nullable String fault = null;
    for (Path folder : folders) {
      try {
        DiskSpace space = DiskSpace.of(folder);
        least = least == null || space.freeBytes() < least.freeBytes() ? space : least;
        if (!Files.isWritable(folder)) {
          throw new AccessDeniedException(folder.toString());
        }
        reported.remove(folder.toString());
      } catch (IOException e) {
        report(folder.toString(), e);
        fault = "a folder of the server cannot be written; its log says which";
      }
    }
    if (fault == null && least != null && least.tooLittle()) {
      fault = "the disk is nearly full: " + least.free();
    }
    return new Finding(fault, least);
  }

  private Finding look(List<Check> checks) {
    @Nullable String fault = null;
    for (Check check : checks) {
      Check.Finding finding = check.look();
      if (finding.verdict() == Check.Verdict.FAULT) {
        report(check.name(), finding.what() + "; " + finding.remedy());
        fault =
            "what agents need on this machine is not there: "
                + check.name()
                + "; the server's log says more";
      } else {
        reported.remove(check.name());
      }
    }
    return new Finding(fault, null);
  }

  private void report(String what, Exception fault) {
    report(what, fault.toString());
  }

  private void report(String what, String fault) {
    if (reported.add(what)) {
      log.error("not ready: {}", fault);
    }
  }

  @Override
  public void close() {
    storeChecks.close();
    diskChecks.close();
    preconditionChecks.close();
  }
}
