import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Numbers that were measured, sorted. At least one. */
record Stats(List<Double> sorted) {
  static Stats of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return new Stats(sorted);
  }

  double median() {
    return quantile(0.5);
  }

  /** The value below which this part of all lie, from 0 to 1; between two values, a part of both. */
  double quantile(double q) {
    double place = q * (sorted.size() - 1);
    double below = sorted.get((int) Math.floor(place));
    double above = sorted.get((int) Math.ceil(place));
    return below + (place - Math.floor(place)) * (above - below);
  }

  /** The median and, in brackets, the 90th percentile, such as {@code 12.1 (14.0)}. */
  String medianAndP90() {
    return number(median()) + " (" + number(quantile(0.9)) + ")";
  }

  /** Three digits, and no exponent. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
