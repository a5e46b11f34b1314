package com.clawdforge.acpx.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Amounts of US dollars as agents write them, in text that may come from anywhere. */
public final class Money {
  private static final int LONGEST = 40;

  /** Digits before the point. */
  private static final int LARGEST = 12;

  private static final int NANO = 9;

  private Money() {}

  /**
   * Empty if it is not an amount: 1e999999999 is a short number, and a gigabyte once written out.
   */
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

  /**
   * Rounds to a billionth of a dollar. Agents add up binary fractions and print the result:
   * 0.025355999999999997.
   */
  public static BigDecimal rounded(BigDecimal sum) {
    BigDecimal rounded = sum.setScale(NANO, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }
}
