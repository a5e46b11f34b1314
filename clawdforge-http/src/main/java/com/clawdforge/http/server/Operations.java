package com.clawdforge.http.server;

import java.util.function.Supplier;

/**
 * What the server tells its operator.
 *
 * @param readiness asked by each {@code GET /readyz}; must not block
 */
public record Operations(Supplier<Readiness> readiness) {}
