package com.clawdforge.core.work;

import com.clawdforge.core.error.ErrorCode;

/**
 * Why a run or a turn has no answer.
 *
 * @param stderrTail the end of the agent's standard error, secrets masked; may be empty
 */
public record WorkError(ErrorCode code, String detail, String stderrTail) {}
