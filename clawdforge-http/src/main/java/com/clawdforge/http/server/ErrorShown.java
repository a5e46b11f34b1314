package com.clawdforge.http.server;

import com.clawdforge.core.work.WorkError;
import org.jspecify.annotations.Nullable;

/** Why a run or a turn has no answer. */
record ErrorShown(String code, String detail, String stderrTail) {
  static @Nullable ErrorShown of(@Nullable WorkError error) {
    return error == null
        ? null
        : new ErrorShown(error.code().wire(), error.detail(), Problem.tail(error.stderrTail()));
  }
}
