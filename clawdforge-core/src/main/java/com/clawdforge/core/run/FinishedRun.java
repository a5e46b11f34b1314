package com.clawdforge.core.run;

import org.jspecify.annotations.Nullable;

/**
 * A run that is over, with its answer, whether the ledger keeps that or not.
 *
 * @param answer null if it ended without one, or if it was not kept long enough
 */
public record FinishedRun(Run run, @Nullable Answer answer) {}
