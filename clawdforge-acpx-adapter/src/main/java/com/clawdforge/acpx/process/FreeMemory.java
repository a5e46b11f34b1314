package com.clawdforge.acpx.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The memory that new processes could use: what the system counts as available, or what a
 * container's limit leaves if that is less.
 */
public final class FreeMemory {
  /** An agent that is kept ready takes about 100 MB to itself, and one at work more. */
  private static final long ENOUGH = 1L << 30;

  private final Path proc;
  private final Path cgroup;

  /**
   * @param proc where the system tells of itself, {@code /proc}
   * @param cgroup where it tells of this process's container, {@code /sys/fs/cgroup}
   */
  public FreeMemory(Path proc, Path cgroup) {
    this.proc = proc;
    this.cgroup = cgroup;
  }

  public static FreeMemory ofThisMachine() {
    return new FreeMemory(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
  }

  /** Whether there is enough for agents that are kept ready and may never be needed. */
  public boolean isEnough() {
    return bytes() >= ENOUGH;
  }

  /** In bytes; what cannot be found out counts as enough. */
  long bytes() {
    long system =
        value(proc.resolve("meminfo"), "MemAvailable:")
            .map(kib -> kib << 10)
            .orElse(Long.MAX_VALUE);
    return Math.min(system, leftInContainer());
  }

  private long leftInContainer() {
    Optional<Long> limit = number(cgroup.resolve("memory.max"));
    Optional<Long> used = number(cgroup.resolve("memory.current"));
    if (limit.isEmpty() || used.isEmpty()) {
      return Long.MAX_VALUE;
    }
    // Files that nobody has looked at of late are given up when memory is needed.
    long cached = value(cgroup.resolve("memory.stat"), "inactive_file").orElse(0L);
    return Math.max(0, limit.get() - used.get() + cached);
  }

  private static Optional<Long> number(Path file) {
    try {
      return Optional.of(Files.readString(file).strip())
          .filter(text -> text.matches("\\d{1,18}"))
          .map(Long::valueOf);
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static Optional<Long> value(Path file, String name) {
    try {
      return Files.readString(file)
          .lines()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip().split("\\D", 2)[0])
          .filter(text -> !text.isEmpty())
          .map(Long::valueOf)
          .findFirst();
    } catch (IOException none) {
      return Optional.empty();
    }
  }
}
