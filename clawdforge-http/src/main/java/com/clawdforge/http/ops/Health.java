package com.clawdforge.http.ops;

import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /healthz}, in the order of the contract.
 *
 * @param claudeVersion null until the first probe ends, or if there is none
 * @param acpxVersion null until the first probe ends, or if there is none
 * @param version of the gateway
 */
public record Health(
    boolean claudePresent,
    @Nullable String claudeVersion,
    boolean acpxPresent,
    @Nullable String acpxVersion,
    int openSessions,
    String version,
    long uptimeSecs) {}
