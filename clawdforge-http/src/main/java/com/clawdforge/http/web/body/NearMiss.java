package com.clawdforge.http.web.body;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the field that a client meant by a name that is none: with other letters, in another case,
 * in the singular, without its unit. A misspelt field that is ignored may be a limit that the
 * client believes to be in force.
 */
final class NearMiss {
  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");
  private static final Set<String> UNITS =
      Set.of("s", "sec", "secs", "second", "seconds", "ms", "millis", "min", "minutes", "usd");
  private static final Set<String> QUALIFIERS = Set.of("allowed", "ip", "json", "max", "on");

  // Shorter names have too many neighbours that mean something else.
  private static final int SHORTEST_WITH_ONE_ERROR = 5;
  private static final int SHORTEST_WITH_TWO_ERRORS = 7;
  // A longer name is no misspelling, and comparing it would take time.
  private static final int LONGEST = 64;

  private NearMiss() {}

  /**
   * The field that was meant, or empty if the name resembles none.
   *
   * @param name not a field itself
   */
  static Optional<String> of(String name, Collection<String> fields) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    String letters = letters(name);
    return fields.stream()
        .filter(field -> letters(field).equals(letters))
        .findFirst()
        .or(() -> fields.stream().filter(field -> isSameThing(field, name)).findFirst())
        .or(() -> fields.stream().filter(field -> isMisspelt(letters(field), letters)).findFirst());
  }

  private static String letters(String name) {
    return String.join("", words(name));
  }

  private static List<String> words(String name) {
    return Arrays.stream(BETWEEN_WORDS.split(name))
        .map(word -> word.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static boolean isSameThing(String field, String name) {
    String thing = thing(field);
    return !thing.isEmpty() && thing.equals(thing(name));
  }

  /** What a name is about: {@code budget} for {@code max_budget_usd}. */
  private static String thing(String name) {
    return words(name).stream()
        .filter(word -> !UNITS.contains(word) && !QUALIFIERS.contains(word))
        .map(word -> word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
        .reduce("", String::concat);
  }

  private static boolean isMisspelt(String field, String name) {
    int allowed =
        field.length() < SHORTEST_WITH_ONE_ERROR
            ? 0
            : field.length() < SHORTEST_WITH_TWO_ERRORS ? 1 : 2;
    return Math.abs(field.length() - name.length()) <= allowed && errors(field, name) <= allowed;
  }

  /** How many letters are wrong, missing, too many, or swapped with the next. */
  private static int errors(String right, String wrong) {
    int[][] errors = new int[right.length() + 1][wrong.length() + 1];
    for (int i = 0; i <= right.length(); i++) {
      for (int j = 0; j <= wrong.length(); j++) {
        if (i == 0 || j == 0) {
          errors[i][j] = i + j;
          continue;
        }
        boolean same = right.charAt(i - 1) == wrong.charAt(j - 1);
        int fewest = errors[i - 1][j - 1] + (same ? 0 : 1);
        fewest = Math.min(fewest, 1 + Math.min(errors[i - 1][j], errors[i][j - 1]));
        if (i > 1
            && j > 1
            && right.charAt(i - 1) == wrong.charAt(j - 2)
            && right.charAt(i - 2) == wrong.charAt(j - 1)) {
          fewest = Math.min(fewest, errors[i - 2][j - 2] + 1);
        }
        errors[i][j] = fewest;
      }
    }
    return errors[right.length()][wrong.length()];
  }
}
