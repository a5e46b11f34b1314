package com.clawdforge.core.work;

/** Why a run or turn is cancelled; the first reason counts. */
public enum CancelReason {
  ASKED_FOR,
  SESSION_CLOSED,
  TOKEN_REVOKED,
  SHUTDOWN
}
