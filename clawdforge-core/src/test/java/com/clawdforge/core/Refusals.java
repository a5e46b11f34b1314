package com.clawdforge.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import org.junit.jupiter.api.function.Executable;

/** Expects refusals. */
public final class Refusals {
  private Refusals() {}

  /** Fails unless the work is refused with this code; returns the refusal. */
  public static Refusal assertRefused(ErrorCode code, Executable work) {
    Refusal refusal = assertThrows(Refusal.class, work);
    assertEquals(code, refusal.code());
    return refusal;
  }
}
