package com.clawdforge.http.web.sse;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a client accepts, with the weights of RFC 9110. A client gets events only if it names them
 * and prefers them to JSON: one that lists both alike is a client of JSON.
 */
final class Acceptance {
  private static final String EVENTS = "text/event-stream";
  private static final List<String> JSON = List.of("application/json", "application/*", "*/*");
  private static final Pattern WEIGHT = Pattern.compile("[01](\\.\\d{0,3})?");

  private Acceptance() {}

  private record Range(String type, double weight) {}

  /**
   * Whether events are preferred.
   *
   * @param accept all {@code Accept} headers of a request
   */
  static boolean prefersEvents(List<String> accept) {
    List<Range> ranges =
        accept.stream()
            .flatMap(header -> Arrays.stream(header.split(",", -1)))
            .map(Acceptance::range)
            .toList();
    double events = weight(ranges, List.of(EVENTS));
    return events > 0 && events > weight(ranges, JSON);
  }

  /** The weight of the first of these ranges that the client names; 0 if it names none. */
  private static double weight(List<Range> ranges, List<String> mostSpecificFirst) {
    for (String type : mostSpecificFirst) {
      for (Range range : ranges) {
        if (range.type().equals(type)) {
          return range.weight();
        }
      }
    }
    return 0;
  }

  private static Range range(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(";", -1);
    double weight = 1;
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        String value = parameter.substring(2).strip();
        // A weight that cannot be read is no reason to refuse the client.
        weight = WEIGHT.matcher(value).matches() ? Math.min(1, Double.parseDouble(value)) : 1;
      }
    }
    return new Range(parts[0].strip(), weight);
  }
}
