package com.clawdforge.acpx.isolation;

import java.util.Optional;
import java.util.Set;

/**
 * The only connections that a child may make. It listens for none, and has no sockets of other
 * kinds than these.
 *
 * @param ports of TCP, on every host, as the kernel looks at no addresses here; if it is one and
 *     hosts are not found by name, on loopback alone
 * @param names whether it may find hosts by their names. Then it may use UDP, to every host and
 *     port, and connect to sockets in the file system, where some machines have a service for that;
 *     so it reaches what other programs of the user do for whoever connects.
 */
public record Connections(Set<Integer> ports, boolean names) {
  public Connections {
    ports = Set.copyOf(ports);
  }

  /**
   * The one port that may be connected to, if nothing else may. Then it is that of loopback, and
   * not of other hosts: see {@link GivenSockets}.
   */
  Optional<Integer> only() {
    return names || ports.size() != 1 ? Optional.empty() : ports.stream().findFirst();
  }
}
