package com.clawdforge.acpx.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the processes of some pieces of work take of the machine, at one moment. Each look reads a
 * file or two of every process in {@code /proc}: some milliseconds.
 *
 * @param processes how many there are
 * @param residentBytes summed up; pages that processes share count for each of them
 * @param found the tags of the work that has any
 */
public record ProcessSample(int processes, long residentBytes, Set<String> found) {
  private static final Path PROC = Path.of("/proc");
  private static final String TAGGED = ProcessTree.TAG + "=";
  private static final String RESIDENT = "VmRSS:";

  public ProcessSample {
    found = Set.copyOf(found);
  }

  /**
   * Looks for processes that were started with {@link ProcessTree#TAG} set to one of these, and for
   * their descendants. Empty where there is no {@code /proc}.
   */
  public static Optional<ProcessSample> of(Collection<String> tags) {
    if (!Files.isDirectory(PROC)) {
      return Optional.empty();
    }
    Set<String> wanted = Set.copyOf(tags);
    Map<Long, Long> parents = new HashMap<>();
    Set<Long> theirs = new HashSet<>();
    Set<String> found = new HashSet<>();
    if (!wanted.isEmpty()) {
      look(wanted, parents, theirs, found);
    }
    int count = 0;
    long resident = 0;
    for (long pid : parents.keySet()) {
      if (belongs(pid, parents, theirs)) {
        long bytes = residentBytes(pid);
        // A zombie has no memory and runs nothing.
        if (bytes > 0) {
          count++;
          resident += bytes;
        }
      }
    }
    return Optional.of(new ProcessSample(count, resident, found));
  }

  private static void look(
      Set<String> wanted, Map<Long, Long> parents, Set<Long> theirs, Set<String> found) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        parents.put(pid, parent(entry));
        String tag = tag(entry);
        if (tag != null && wanted.contains(tag)) {
          theirs.add(pid);
          found.add(tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Itself or an ancestor; the bound is for what changes while we look.
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

  // "pid (comm) state ppid …"; comm may hold spaces and parentheses.
  private static long parent(Path entry) {
    String stat = read(entry.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 3);
    return fields.length < 3 ? 0 : Long.parseLong(fields[1]);
  }

  private static @Nullable String tag(Path entry) {
    for (String variable : read(entry.resolve("environ")).split("\0", -1)) {
      if (variable.startsWith(TAGGED)) {
        return variable.substring(TAGGED.length());
      }
    }
    return null;
  }

  private static long residentBytes(long pid) {
    return read(PROC.resolve(pid + "/status"))
        .lines()
        .filter(line -> line.startsWith(RESIDENT))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  // What cannot be read is gone, or another user's.
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return "";
    }
  }
}
