package com.clawdforge.http.metrics;

import com.clawdforge.core.work.Load;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The gateway at one moment.
 *
 * @param checks whether each check of {@code GET /readyz} is passed, in their order
 * @param loggedIn whether claude says that it is logged in; empty if it does not say
 * @param freeBytes room on the fullest of the server's disks, if it is known
 * @param agents what agents take of the machine, if it can be known
 */
public record GatewayState(
    Map<String, Boolean> checks,
    Optional<Boolean> loggedIn,
    Load runs,
    Load turns,
    int openSessions,
    int maxOpenSessions,
    OptionalLong freeBytes,
    Optional<AgentUsage> agents) {}
