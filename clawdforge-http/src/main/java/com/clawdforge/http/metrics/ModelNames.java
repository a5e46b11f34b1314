package com.clawdforge.http.metrics;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of models as labels. Callers make them up, and each would be a time series for ever; so a
 * name becomes a label only once it has answered, and only the first few do. Safe for any thread.
 */
final class ModelNames {
  static final String OTHER = "other";

  /** Of an agent that chooses for itself and does not say what. */
  static final String DEFAULT = "default";

  // As long as callers may make it; what an agent says of itself may be anything.
  private static final int LONGEST = 256;

  private final int most;
  private final Set<String> known = new HashSet<>();

  ModelNames(int most) {
    this.most = most;
  }

  /**
   * The label for a model.
   *
   * @param answered whether it did what it was asked for
   */
  synchronized String label(@Nullable String name, boolean answered) {
    if (name == null) {
      return DEFAULT;
    }
    if (answered && known.size() < most && name.length() <= LONGEST) {
      known.add(name);
    }
    return known.contains(name) ? name : OTHER;
  }
}
