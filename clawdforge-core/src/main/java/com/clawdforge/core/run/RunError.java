package com.clawdforge.core.run;

import com.clawdforge.core.error.ErrorCode;

/**
 * Why a run has no answer.
 *
 * @param stderrTail the end of the agent's standard error, secrets masked; may be empty
 */
public record RunError(ErrorCode code, String detail, String stderrTail) {}
