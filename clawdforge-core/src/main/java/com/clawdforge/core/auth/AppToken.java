package com.clawdforge.core.auth;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An app's token, without its secret.
 *
 * @param id identifies this token permanently, even after its name was revoked and reused: what an
 *     app creates belongs to the id, and a rotated token keeps it
 * @param addresses where it may be used from; empty for anywhere that the gateway allows; loopback
 *     is always allowed
 * @param limits what it may request; a rotated token keeps them
 */
public record AppToken(
    String id,
    String name,
    List<Cidr> addresses,
    TokenLimits limits,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt) {
  public AppToken {
    addresses = List.copyOf(addresses);
  }

  /** The same, last used at another time. */
  AppToken usedAt(Instant when) {
    return new AppToken(id, name, addresses, limits, createdAt, when, revokedAt);
  }

  /** The same with other shares. */
  public AppToken with(TokenShares shares) {
    return new AppToken(id, name, addresses, limits.with(shares), createdAt, lastUsedAt, revokedAt);
  }

  public boolean allows(InetAddress caller) {
    return addresses.isEmpty()
        || caller.isLoopbackAddress()
        || AddressPolicy.within(addresses, caller);
  }
}
