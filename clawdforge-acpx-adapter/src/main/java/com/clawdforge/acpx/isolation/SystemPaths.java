package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every child may reach: the system's programs and what they need to run. */
final class SystemPaths {
  /** Of {@code /proc}, the kernel itself keeps back what belongs to processes outside. */
  private static final List<Path> READABLE =
      paths(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/etc",
          "/nix/store",
          "/proc",
          "/sys/fs/cgroup",
          "/sys/devices/system/cpu",
          "/sys/devices/system/node",
          "/sys/kernel/mm/transparent_hugepage");

  /** Elsewhere, the names of hosts could not be found where these are links out of /etc. */
  private static final List<Path> LINKS =
      paths("/etc/resolv.conf", "/etc/hosts", "/etc/localtime", "/etc/ssl/certs");

  /** No terminals: all of the user's lie in one folder, the operator's too. */
  private static final List<Path> DEVICES =
      paths("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty");

  private SystemPaths() {}

  private static List<Path> paths(String... names) {
    List<Path> paths = new ArrayList<>();
    for (String name : names) {
      paths.add(Path.of(name));
    }
    return List.copyOf(paths);
  }

  /** The places that all children may read. */
  static List<Path> readable() {
    List<Path> all = new ArrayList<>(READABLE);
    LINKS.forEach(link -> all.addAll(behind(link)));
    // Java starts each process by a program of its own.
    all.add(Path.of(System.getProperty("java.home"), "lib"));
    return all;
  }

  // A rule is for a file, not for its name: where another one takes its place, as that of the name
  // servers does, the folder has to be open.
  private static List<Path> behind(Path link) {
    try {
      Path real = link.toRealPath();
      @Nullable Path folder = real.getParent();
      return folder == null || Files.isDirectory(real) || !real.startsWith("/run")
          ? List.of(link)
          : List.of(link, folder);
    } catch (IOException none) {
      return List.of();
    }
  }

  /** The rules for a confinement and all this; only of paths that exist. */
  static List<Rule> with(Confinement confinement) {
    List<Rule> rules = new ArrayList<>();
    add(rules, readable(), Rule.Access.READ);
    add(rules, DEVICES, Rule.Access.DEVICE);
    add(rules, confinement.readable(), Rule.Access.READ);
    add(rules, confinement.writable(), Rule.Access.CHANGE);
    return rules;
  }

  private static void add(List<Rule> rules, List<Path> paths, Rule.Access access) {
    for (Path path : paths) {
      if (Files.exists(path)) {
        rules.add(new Rule(path, access));
      }
    }
  }
}
