package com.clawdforge.http.kit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses a request and its answer on a raw connection. */
final class RawAnswer {
  private static final Pattern REQUEST_LINE = Pattern.compile("(\\S+) ([^\\s?]+)\\S* HTTP/.*");

  private RawAnswer() {}

  /** The only answer to the only request. */
  static AnswerCheck.Answer of(String request, String received) {
    Matcher line = REQUEST_LINE.matcher(request.lines().findFirst().orElse(""));
    if (!line.matches()) {
      throw new IllegalArgumentException("no request line in " + request);
    }
    int end = received.indexOf("\r\n\r\n");
    List<String> head = received.substring(0, end).lines().toList();
    String body = received.substring(end + 4);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String header : head.subList(1, head.size())) {
      String[] parts = header.split(": ?", 2);
      headers.computeIfAbsent(parts[0], none -> new ArrayList<>()).add(parts[1]);
    }
    boolean chunked = headers.containsKey("Transfer-Encoding");
    int status = Integer.parseInt(head.getFirst().split(" ", 3)[1]);
    return new AnswerCheck.Answer(
        line.group(1), line.group(2), false, status, headers, chunked ? whole(body) : body);
  }

  private static String whole(String chunks) {
    StringBuilder whole = new StringBuilder();
    String rest = chunks;
    while (true) {
      int end = rest.indexOf("\r\n");
      int length = Integer.parseInt(rest.substring(0, end), 16);
      if (length == 0) {
        return whole.toString();
      }
      whole.append(rest, end + 2, end + 2 + length);
      rest = rest.substring(end + 2 + length + 2);
    }
  }
}
