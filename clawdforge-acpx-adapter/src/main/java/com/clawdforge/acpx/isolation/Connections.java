package com.clawdforge.acpx.isolation;

import java.util.Set;

/**
 * The only connections that a child may make. It listens for none, and has no sockets of other
 * kinds than these.
 *
 * @param ports of TCP, on every host: the kernel looks at no addresses here
 * @param names whether it may find hosts by their names. Then it may use UDP, to every host and
 *     port, and connect to sockets in the file system, where some machines have a service for that;
 *     so it reaches what other programs of the user do for whoever connects.
 */
public record Connections(Set<Integer> ports, boolean names) {
  public Connections {
    ports = Set.copyOf(ports);
  }
}
