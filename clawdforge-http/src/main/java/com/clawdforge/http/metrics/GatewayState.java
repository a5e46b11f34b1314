package com.clawdforge.http.metrics;

import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.work.Load;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of the gateway at one moment.
 *
 * @param checks the checks of {@code GET /readyz} in their order, and whether each passes
 * @param loggedIn whether claude reports a login; empty if it reports neither
 * @param freeBytes free space on the fullest of the server's disks, if known
 * @param agents the resources that agents use, if known
 * @param limits those of the accounts at the model's provider, as far as they are known
 */
public record GatewayState(
    Map<String, Boolean> checks,
    Optional<Boolean> loggedIn,
    Load runs,
    Load turns,
    int openSessions,
    int maxOpenSessions,
    OptionalLong freeBytes,
    Optional<AgentUsage> agents,
    List<AccountLimit> limits) {
  public GatewayState {
    limits = List.copyOf(limits);
  }
}
