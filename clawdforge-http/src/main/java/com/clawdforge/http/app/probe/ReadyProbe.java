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
 * Whether the server can do its work. The ledger and the disk are looked at in the background, each
 * on a thread of its own: one that hangs keeps nobody waiting, and counts as broken after a while.
 */
public final class ReadyProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReadyProbe.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration STALE = Duration.ofSeconds(30);

  private final AgentProbe agents;
  private final Supplier<Readiness.Capacity> capacity;
  private final Duration stale;
  private final Lookout storeLookout = new Lookout("store-probe");
  private final Lookout diskLookout = new Lookout("disk-probe");
  // Each fault is logged when it begins, not every few seconds.
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final Sight<Look> store;
  private final Sight<Look> disk;

  /** What is wrong, or null; and how much room there is, where that was looked at. */
  private record Look(@Nullable String fault, @Nullable DiskSpace space) {}

  /**
   * @param writeToStore throws {@link StoreException} if the ledger takes nothing
   * @param folders that the server writes to
   */
  public ReadyProbe(
      Runnable writeToStore,
      List<Path> folders,
      AgentProbe agents,
      Supplier<Readiness.Capacity> capacity) {
    this(writeToStore, folders, agents, capacity, AGAIN, STALE);
  }

  public ReadyProbe(
      Runnable writeToStore,
      List<Path> folders,
      AgentProbe agents,
      Supplier<Readiness.Capacity> capacity,
      Duration again,
      Duration stale) {
    this.agents = agents;
    this.capacity = capacity;
    this.stale = stale;
    store = storeLookout.watch(() -> store(writeToStore), look -> again);
    disk = diskLookout.watch(() -> disk(folders), look -> again);
  }

  /** Returns at once. */
  public Readiness now() {
    return new Readiness(
        List.of(
            check("store", "the ledger", store),
            check("disk", "the disk", disk),
            agents.claude(),
            agents.acpx()),
        agents.login(),
        capacity.get());
  }

  /** How much room there is where there is least; empty before the first look. */
  public Optional<DiskSpace> space() {
    return disk.last().map(seen -> seen.what().space());
  }

  private Readiness.Check check(String name, String what, Sight<Look> sight) {
    Optional<Sight.Seen<Look>> seen = sight.last();
    if (seen.isEmpty()) {
      return new Readiness.Check(name, what + " was not looked at yet", null);
    }
    Duration age = seen.get().age();
    return age.compareTo(stale) > 0
        ? new Readiness.Check(name, what + " has not answered for " + age.toSeconds() + " s", age)
        : new Readiness.Check(name, seen.get().what().fault(), age);
  }

  // Callers are told that, the operator's log what exactly: it names paths.
  private Look store(Runnable write) {
    try {
      write.run();
      told.remove("store");
      return new Look(null, null);
    } catch (StoreException e) {
      tell("store", e);
      return new Look("the ledger cannot be written; the server's log says why", null);
    }
  }

  private Look disk(List<Path> folders) {
    @Nullable DiskSpace least = null;
    @Nullable String fault = null;
    for (Path folder : folders) {
      try {
        DiskSpace space = DiskSpace.of(folder);
        least = least == null || space.freeBytes() < least.freeBytes() ? space : least;
        if (!Files.isWritable(folder)) {
          throw new AccessDeniedException(folder.toString());
        }
        told.remove(folder.toString());
      } catch (IOException e) {
        tell(folder.toString(), e);
        fault = "a folder of the server cannot be written; its log says which";
      }
    }
    if (fault == null && least != null && least.tooLittle()) {
      fault = "the disk is nearly full: " + least.free();
    }
    return new Look(fault, least);
  }

  private void tell(String what, Exception fault) {
    if (told.add(what)) {
      log.error("not ready: {}", fault.toString());
    }
  }

  @Override
  public void close() {
    storeLookout.close();
    diskLookout.close();
  }
}
