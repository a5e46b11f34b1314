package com.clawdforge.acpx.oneshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which profiles the runs of late have asked for, and how many spare processes of each are worth
 * keeping. Each run counts for a fifth less than the one after it. For one thread at a time.
 */
final class Demand {
  private static final double FADING = 0.8;
  private static final double FORGOTTEN = 0.01;

  // In the order in which they were asked for last.
  private final Map<RunProfile, Double> weights = new LinkedHashMap<>();

  void add(RunProfile profile) {
    weights.replaceAll((known, weight) -> weight * FADING);
    weights.values().removeIf(weight -> weight < FORGOTTEN);
    double before = weights.getOrDefault(profile, 0.0);
    weights.remove(profile);
    weights.put(profile, before + 1);
  }

  /**
   * Shares places out, the next one always to the profile with the greatest weight for each place
   * that it would have then; of equals, to the one asked for last.
   *
   * @return the number of places of each profile that gets any
   */
  Map<RunProfile, Integer> share(int places) {
    Map<RunProfile, Integer> shares = new HashMap<>();
    List<RunProfile> latestFirst = new ArrayList<>(weights.keySet()).reversed();
    for (int i = 0; i < places && !latestFirst.isEmpty(); i++) {
      RunProfile next = latestFirst.getFirst();
      for (RunProfile other : latestFirst) {
        if (claim(other, shares) > claim(next, shares)) {
          next = other;
        }
      }
      shares.merge(next, 1, Integer::sum);
    }
    return shares;
  }

  private double claim(RunProfile profile, Map<RunProfile, Integer> shares) {
    return weights.getOrDefault(profile, 0.0) / (shares.getOrDefault(profile, 0) + 1);
  }
}
