package com.clawdforge.core;

import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that something holds of many random inputs. Each has a seed of its own, which a failure
 * names: {@code -Dfaults.seed=NUMBER} has that one alone, {@code -Dfaults=all} twenty times as many
 * and others each time. Each build has the same ones, so that what fails was broken by a change.
 */
public final class Randomly {
  private static final int MORE = 20;
  private static final long OF_EACH_BUILD = 1;

  private Randomly() {}

  /** Fails if it does not hold. */
  public interface Property {
    void check(Random random) throws Exception;
  }

  /** Checks a property with so many inputs. */
  public static void check(int times, Property property) {
    @Nullable String seed = System.getProperty("faults.seed");
    if (seed != null && !seed.isEmpty()) {
      check(Long.parseLong(seed), property);
      return;
    }
    boolean all = "all".equals(System.getProperty("faults"));
    Random seeds = all ? new Random() : new Random(OF_EACH_BUILD);
    for (int i = 0; i < (all ? times * MORE : times); i++) {
      check(seeds.nextLong(), property);
    }
  }

  private static void check(long seed, Property property) {
    try {
      property.check(new Random(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("-Dfaults.seed=" + seed + ": " + e, e);
    }
  }

  /** One of several ways to make something, at random. */
  @SafeVarargs
  public static <T> T any(Random random, Supplier<T>... ways) {
    return ways[random.nextInt(ways.length)].get();
  }

  /** A text of any characters, halves of pairs included, with those of an alphabet more often. */
  public static String text(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append((char) random.nextInt(0x10000));
        case 1 -> text.appendCodePoint(random.nextInt(0x110000));
        case 2 -> text.append((char) random.nextInt(0x80));
        default -> text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
    }
    return text.toString();
  }
}
