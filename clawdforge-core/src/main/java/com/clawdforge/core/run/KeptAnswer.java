package com.clawdforge.core.run;

import java.time.Instant;

/**
 * An answer in the ledger.
 *
 * @param until when the ledger keeps it
 */
public record KeptAnswer(Answer answer, Instant until) {}
