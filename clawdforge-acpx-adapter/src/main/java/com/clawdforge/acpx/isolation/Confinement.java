package com.clawdforge.acpx.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a child process may reach beside the system's programs and devices. A path stands for
 * everything below it, also for what is made there later; one that does not exist when the child is
 * started stands for nothing. Links are followed.
 *
 * @param readable may be read and executed
 * @param writable may be read, executed and changed
 * @param connections the only ones that may be made; null for all that this process can make
 */
public record Confinement(
    List<Path> readable, List<Path> writable, @Nullable Connections connections) {
  /** No file, and every connection. */
  public static final Confinement NOTHING = new Confinement(List.of(), List.of());

  public Confinement {
    readable = List.copyOf(readable);
    writable = List.copyOf(writable);
  }

  /** Every connection may be made. */
  public Confinement(List<Path> readable, List<Path> writable) {
    this(readable, writable, null);
  }

  /** The same, with these connections alone, or with all. */
  public Confinement connecting(@Nullable Connections only) {
    return new Confinement(readable, writable, only);
  }

  /** The same, and these may be read and executed. */
  public Confinement reading(List<Path> more) {
    return new Confinement(joined(readable, more), writable, connections);
  }

  /** The same, and these may be read, executed and changed. */
  public Confinement writing(List<Path> more) {
    return new Confinement(readable, joined(writable, more), connections);
  }

  private static List<Path> joined(List<Path> some, List<Path> more) {
    List<Path> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
