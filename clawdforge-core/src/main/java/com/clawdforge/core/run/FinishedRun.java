package com.clawdforge.core.run;

import org.jspecify.annotations.Nullable;

/**
 * A run that is over and its answer, whether or not the ledger keeps the answer.
 *
 * @param answer null if it ended without one or the answer is no longer kept
 */
public record FinishedRun(Run run, @Nullable Answer answer) {}
