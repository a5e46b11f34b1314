package com.clawdforge.http.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordStreamTest {
  private static final String FORGED = "gone\n[main] INFO com.clawdforge - all is well";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final RecordStream records = new RecordStream(written);

  @Test
  void a_line_break_in_a_record_begins_no_other_one() {
    records.println("cannot delete " + FORGED + "\r\nquite well\rindeed");

    assertEquals(
        List.of(
            "cannot delete gone",
            "    | [main] INFO com.clawdforge - all is well",
            "    | quite well",
            "    | indeed"),
        lines());
  }

  @Test
  void neither_does_one_in_an_exceptions_message() {
    new IllegalStateException("outer", new IllegalArgumentException(FORGED))
        .printStackTrace(records);

    assertTrue(lines().contains("    | [main] INFO com.clawdforge - all is well"));
    assertTrue(lines().stream().noneMatch(line -> line.startsWith("[")));
    assertTrue(lines().stream().anyMatch(line -> line.startsWith("\tat ")));
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
