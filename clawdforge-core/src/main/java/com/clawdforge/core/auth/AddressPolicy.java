package com.clawdforge.core.auth;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may call, and which proxies are trusted to name the caller's address.
 *
 * @param allowed blocks that may call; loopback always may
 * @param trustedProxies peers whose {@code X-Forwarded-For} is trusted
 */
public record AddressPolicy(List<Cidr> allowed, List<Cidr> trustedProxies) {
  public AddressPolicy {
    allowed = List.copyOf(allowed);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /**
   * Returns the address that a request came from. Reads the header from the right, past trusted
   * proxies only: everything further left is unverified. Empty if a trusted proxy passed on
   * something that is not an address: then the caller is unknown and must not be mistaken for the
   * proxy, which may be on loopback.
   *
   * @param forwardedFor all {@code X-Forwarded-For} values joined by commas in their order, or null
   */
  public Optional<InetAddress> callerAddress(InetAddress peer, @Nullable String forwardedFor) {
    InetAddress caller = peer;
    if (forwardedFor == null) {
      return Optional.of(caller);
    }
    String[] hops = forwardedFor.split(",", -1);
    for (int i = hops.length - 1; i >= 0 && within(trustedProxies, caller); i--) {
      try {
        caller = Cidr.address(hops[i].trim());
      } catch (IllegalArgumentException notAnAddress) {
        return Optional.empty();
      }
    }
    return Optional.of(caller);
  }

  /** Whether this peer's {@code X-Forwarded-For} is trusted. */
  public boolean trusts(InetAddress peer) {
    return within(trustedProxies, peer);
  }

  public boolean allows(InetAddress caller) {
    return caller.isLoopbackAddress() || within(allowed, caller);
  }

  static boolean within(List<Cidr> blocks, InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }
}
