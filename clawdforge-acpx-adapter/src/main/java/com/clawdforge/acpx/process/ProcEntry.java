package com.clawdforge.acpx.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process as {@code /proc} shows it; without that folder there are no entries. */
record ProcEntry(long pid, char state, long parent, long session) {
  private static final Logger log = LoggerFactory.getLogger(ProcEntry.class);
  private static final Path PROC = Path.of("/proc");
  private static final String TAGGED = ProcessTree.TAG + "=";
  private static final String RESIDENT = "VmRSS:";

  /** Whether this machine has {@code /proc}. */
  static boolean areThere() {
    return Files.isDirectory(PROC);
  }

  /** All processes, including other users'. */
  static List<ProcEntry> all() {
    List<ProcEntry> found = new ArrayList<>();
    if (!areThere()) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        of(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
      }
    } catch (IOException e) {
      log.warn("cannot list processes", e);
    }
    return found;
  }

  /** The process with a pid; empty if it is gone. */
  static Optional<ProcEntry> of(long pid) {
    // "pid (comm) state ppid pgrp session …"; comm may hold spaces and parentheses.
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 5);
    return fields.length < 5
        ? Optional.empty()
        : Optional.of(
            new ProcEntry(
                pid, fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[3])));
  }

  /**
   * The values of {@link ProcessTree#TAG} in its environment; empty if the process is another
   * user's.
   */
  List<String> tags() {
    return Arrays.stream(read(pid, "environ").split("\0", -1))
        .filter(variable -> variable.startsWith(TAGGED))
        .map(variable -> variable.substring(TAGGED.length()))
        .toList();
  }

  /** Whether it is more than a zombie, which runs nothing. */
  boolean runs() {
    return state != 'Z';
  }

  /**
   * Whether it has given its memory back, as a process does that was killed: with many threads it
   * is a zombie only some milliseconds later.
   */
  boolean isEnding() {
    return read(pid, "statm").startsWith("0 ");
  }

  /** Its memory that is resident; 0 for a zombie. */
  long residentBytes() {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith(RESIDENT))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  // What cannot be read is gone, or another user's. Reading through a channel would fail in an
  // interrupted thread, which would then take every process for gone.
  private static String read(long pid, String file) {
    try (InputStream in = new FileInputStream(PROC.resolve(pid + "/" + file).toFile())) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return "";
    }
  }
}
