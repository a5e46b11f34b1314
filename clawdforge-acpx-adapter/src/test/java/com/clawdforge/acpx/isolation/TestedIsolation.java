package com.clawdforge.acpx.isolation;

import java.util.Locale;

/** The isolation under which the tests' agents run. */
public final class TestedIsolation {
  /** The one under test: {@code -Dclawdforge.test.isolation=none}, or auto. */
  public static final Isolation TESTED =
      Isolation.of(
          Isolation.Wish.valueOf(
              System.getProperty("clawdforge.test.isolation", "auto").toUpperCase(Locale.ROOT)));

  private TestedIsolation() {}
}
