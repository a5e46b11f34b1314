import java.util.ArrayList;
import java.util.List;

/**
 * Two things that were measured in turn, so that a machine whose speed drifts slows both.
 *
 * @param ratios ours divided by theirs, pair by pair
 * @param differences ours less theirs, pair by pair
 */
record Pairs(Stats ours, Stats theirs, Stats ratios, Stats differences) {
  /** Runs both in turn, each first every other time. The first pairs only warm up. */
  static Pairs measure(int pairs, int warmUp, Bench.Timed us, Bench.Timed them) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = -warmUp; i < pairs; i++) {
      boolean first = i % 2 == 0;
      double before = first ? us.once() : 0;
      double theirTime = them.once();
      double ourTime = first ? before : us.once();
      if (i >= 0) {
        ours.add(ourTime);
        theirs.add(theirTime);
      }
    }
    return of(ours, theirs);
  }

  static Pairs of(List<Double> ours, List<Double> theirs) {
    List<Double> ratios = new ArrayList<>();
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / theirs.get(i));
      differences.add(ours.get(i) - theirs.get(i));
    }
    return new Pairs(
        Stats.of(ours), Stats.of(theirs), Stats.of(ratios), Stats.of(differences));
  }
}
