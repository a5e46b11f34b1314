package com.clawdforge.http.api.wire;

import com.clawdforge.core.agent.Network;
import org.jspecify.annotations.Nullable;

/** What agents may reach of the network, as views show it. */
public final class NetworkJson {
  private NetworkJson() {}

  /** The word, or null for all of it: views that are frozen leave that out. */
  public static @Nullable String write(Network network) {
    return network == Network.ALL ? null : network.wire();
  }
}
