package com.clawdforge.core.run;

import java.time.Instant;

/**
 * An answer in the ledger.
 *
 * @param until when it is deleted there
 */
public record KeptAnswer(Answer answer, Instant until) {}
