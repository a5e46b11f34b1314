package com.clawdforge.http.metrics;

import com.clawdforge.http.server.Readiness;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How the gateway is at this moment; asked by each scrape, so none may block.
 *
 * @param freeBytes room on the fullest of the server's disks, if it is known
 * @param agents what agents take of the machine, if it can be known
 */
public record GatewayState(
    Supplier<Readiness> readiness,
    Supplier<OptionalLong> freeBytes,
    Supplier<Optional<AgentUsage>> agents) {}
