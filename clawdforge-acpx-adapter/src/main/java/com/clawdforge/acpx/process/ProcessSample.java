package com.clawdforge.acpx.process;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The resources that the processes of some work use at one moment. Taking a sample reads one or two
 * files of every process in {@code /proc}, which takes some milliseconds.
 *
 * @param processes their number
 * @param residentBytes their sum; shared pages count once for each process
 * @param found the tags of work that has processes
 */
public record ProcessSample(int processes, long residentBytes, Set<String> found) {
  public ProcessSample {
    found = Set.copyOf(found);
  }

  /**
   * Looks for processes that were started with {@link ProcessTree#TAG} set to one of these, or by
   * this process as a {@link ProcessTree#SPARE} one, and for their descendants. Without tags it
   * finds none. Empty where there is no {@code /proc}.
   */
  public static Optional<ProcessSample> of(Collection<String> tags) {
    if (!ProcEntry.areThere()) {
      return Optional.empty();
    }
    Set<String> wanted = Set.copyOf(tags);
    Map<Long, Long> parents = new HashMap<>();
    Set<Long> theirs = new HashSet<>();
    Set<String> found = new HashSet<>();
    List<ProcEntry> all = wanted.isEmpty() ? List.of() : ProcEntry.all();
    for (ProcEntry process : all) {
      parents.put(process.pid(), process.parent());
      for (String tag : process.tags()) {
        if (wanted.contains(tag) || isOwnSpare(process, tag)) {
          theirs.add(process.pid());
          found.add(tag);
        }
      }
    }
    int count = 0;
    long resident = 0;
    for (ProcEntry process : all) {
      if (belongs(process.pid(), parents, theirs)) {
        long bytes = process.residentBytes();
        // A zombie has no memory and runs nothing.
        if (bytes > 0) {
          count++;
          resident += bytes;
        }
      }
    }
    return Optional.of(new ProcessSample(count, resident, found));
  }

  private static boolean isOwnSpare(ProcEntry process, String tag) {
    return tag.startsWith(ProcessTree.SPARE) && process.parent() == ProcessHandle.current().pid();
  }

  // Looks at the process and its ancestors; the bound guards against changes meanwhile.
  private static boolean belongs(long pid, Map<Long, Long> parents, Set<Long> theirs) {
    long at = pid;
    for (int i = 0; i < parents.size() && at > 1; i++) {
      if (theirs.contains(at)) {
        return true;
      }
      at = parents.getOrDefault(at, 0L);
    }
    return false;
  }
}
