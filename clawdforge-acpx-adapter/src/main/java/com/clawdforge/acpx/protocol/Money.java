package com.clawdforge.acpx.protocol;

import java.math.BigDecimal;
import java.util.Optional;

/** Amounts of US dollars as agents write them, in words that may come from anywhere. */
public final class Money {
  private static final int LONGEST = 40;

  /** Digits before the point. */
  private static final int LARGEST = 12;

  private Money() {}

  /** Empty if it is no amount: 1e999999999 is a short number, and a gigabyte once written out. */
  public static Optional<BigDecimal> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      BigDecimal amount = new BigDecimal(text);
      boolean sound =
          amount.signum() >= 0
              && Math.abs((long) amount.scale()) <= LONGEST
              && (long) amount.precision() - amount.scale() <= LARGEST;
      return sound ? Optional.of(amount) : Optional.empty();
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
