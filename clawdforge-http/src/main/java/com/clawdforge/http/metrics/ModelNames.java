package com.clawdforge.http.metrics;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of models as labels. Callers choose them freely, and each would be a permanent time series:
 * so a name becomes a label only after a model of that name has answered, and only the first few
 * do. Safe for any thread.
 */
final class ModelNames {
  static final String OTHER = "other";

  /** The label for agents that choose a model themselves and do not report it. */
  static final String DEFAULT = "default";

  // The longest name that callers may send; an agent could report a longer one.
  private static final int LONGEST = 256;

  private final int most;
  private final Set<String> known = new HashSet<>();

  ModelNames(int most) {
    this.most = most;
  }

  /**
   * The label for a model.
   *
   * @param answered whether the model completed its work
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
