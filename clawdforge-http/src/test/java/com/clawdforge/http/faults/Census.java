package com.clawdforge.http.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a server has of the machine: processes beside its own, threads and open descriptors by kind,
 * and the files in its folder.
 *
 * @param processes all that have its mark or are its children, zombies too
 * @param threads by the beginning of their names, without those of the virtual machine itself
 * @param descriptors by what they are open for
 * @param files relative to the folder
 */
record Census(
    Set<String> processes,
    Map<String, Integer> threads,
    Map<String, Integer> descriptors,
    Set<String> files) {
  private static final Path PROC = Path.of("/proc");

  /** The virtual machine starts and ends these as it likes. */
  private static final Set<String> OF_THE_VM =
      Set.of("C", "ForkJoinPool", "process reaper", "Attach Listener", "GC Thread", "VM Thread");

  /** A pool of Jetty's has as many as it needed at most, and ends them in its own time. */
  private static final Map<String, Integer> POOLED = Map.of("http", 8, "model", 8);

  /** The ledger opens its log for each of its five connections when that is first used. */
  private static final String LOG = "-wal";

  private static final int MOST_LOGS = 5;

  /** The counts of a server, as they are now. */
  static Census of(long pid, String mark, Path folder) throws IOException {
    return new Census(processes(pid, mark), threads(pid), descriptors(pid, folder), files(folder));
  }

  /**
   * Waits until there is no more of anything than before; what is given back in the background has
   * this time.
   *
   * @return what there still is too much of; empty if nothing
   */
  static List<String> awaitNoMoreThan(
      Census before, Duration patience, long pid, String mark, Path folder) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    List<String> excess = of(pid, mark, folder).excessOver(before);
    while (!excess.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
      excess = of(pid, mark, folder).excessOver(before);
    }
    return excess;
  }

  List<String> excessOver(Census before) {
    List<String> excess = new ArrayList<>();
    processes.forEach(process -> excess.add("process " + process));
    threads.forEach(
        (name, count) -> {
          int allowed = before.threads.getOrDefault(name, 0) + POOLED.getOrDefault(name, 0);
          if (count > allowed) {
            excess.add("%d threads %s, not %d".formatted(count, name, allowed));
          }
        });
    descriptors.forEach(
        (kind, count) -> {
          int allowed = kind.endsWith(LOG) ? MOST_LOGS : before.descriptors.getOrDefault(kind, 0);
          if (count > allowed) {
            excess.add("%d descriptors of %s, not %d".formatted(count, kind, allowed));
          }
        });
    for (String file : files) {
      if (!before.files.contains(file)) {
        excess.add("file " + file);
      }
    }
    for (String file : before.files) {
      if (!files.contains(file)) {
        excess.add("no file " + file + " any more");
      }
    }
    return excess;
  }

  /** The processes with a mark, without the server itself, and its children. */
  static Set<String> processes(long server, String mark) throws IOException {
    Set<String> found = new TreeSet<>();
    String wanted = FaultyChild.MARK + "=" + mark + "\0";
    try (Stream<Path> all = Files.list(PROC)) {
      for (Path process : all.filter(it -> it.toFile().getName().matches("\\d+")).toList()) {
        if (process.endsWith(Long.toString(server))) {
          continue;
        }
        String stat = text(process.resolve("stat"));
        boolean child = stat.matches("(?s).*\\) \\S " + server + " .*");
        if (child || text(process.resolve("environ")).contains(wanted)) {
          found.add(stat.replaceFirst("(?s)(\\) \\S) .*", "$1"));
        }
      }
    }
    return found;
  }

  // Empty if it is gone, or nobody's business of ours.
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private static Map<String, Integer> threads(long pid) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    try (Stream<Path> all = Files.list(PROC.resolve(pid + "/task"))) {
      for (Path thread : all.toList()) {
        String name = text(thread.resolve("comm")).strip();
        String kind = name.startsWith("process reaper") ? "process reaper" : beginning(name);
        if (!OF_THE_VM.contains(kind)) {
          threads.merge(kind, 1, Integer::sum);
        }
      }
    }
    return threads;
  }

  private static String beginning(String name) {
    return name.replaceFirst("[-#\\d].*", "").strip();
  }

  private static Map<String, Integer> descriptors(long pid, Path folder) throws IOException {
    Map<String, Integer> descriptors = new TreeMap<>();
    try (Stream<Path> all = Files.list(PROC.resolve(pid + "/fd"))) {
      for (Path descriptor : all.toList()) {
        String target;
        try {
          target = Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closedMeanwhile) {
          continue;
        }
        String kind =
            target.startsWith("/") && !target.startsWith(folder.toString())
                ? "files elsewhere"
                : target.replaceFirst(":\\[\\d+\\]$", "");
        descriptors.merge(kind, 1, Integer::sum);
      }
    }
    return descriptors;
  }

  private static Set<String> files(Path folder) throws IOException {
    Set<String> files = new TreeSet<>();
    for (String part : List.of("data", "tmp", "home")) {
      walk(folder, folder.resolve(part), files);
    }
    // The server's own: its first sweep makes it, a minute after the start.
    files.remove("data/acpx-cwds/marks");
    return files;
  }

  private static void walk(Path root, Path path, Set<String> files) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : entries.toList()) {
        files.add(root.relativize(entry).toString());
        walk(root, entry, files);
      }
    } catch (NoSuchFileException goneMeanwhile) {
      files.remove(root.relativize(path).toString());
    }
  }
}
