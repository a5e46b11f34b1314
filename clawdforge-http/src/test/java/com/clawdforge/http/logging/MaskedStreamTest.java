package com.clawdforge.http.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MaskedStreamTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream masked =
      new PrintStream(
          new MaskedStream(written, text -> text.replace("sécret", "***")),
          true,
          StandardCharsets.UTF_8);

  @Test
  void a_secret_that_is_written_in_pieces_is_masked() {
    masked.print("the s");
    masked.print("écr");
    masked.flush();
    masked.println("et is out");

    assertEquals("the *** is out" + System.lineSeparator(), text());
  }

  @Test
  void several_lines_at_once_stay_lines() {
    masked.print("one\nsécret\nthree");
    masked.print("\n");

    assertEquals("one\n***\nthree\n", text());
  }

  @Test
  void a_line_is_there_as_soon_as_it_has_ended() {
    masked.print("one\ntwo");

    assertEquals("one\n", text());
  }

  @Test
  void what_is_left_at_the_end_is_not_lost() {
    masked.print("no end");
    masked.close();

    assertEquals("no end", text());
  }

  @Test
  void a_line_without_end_does_not_pile_up() {
    masked.print("x".repeat(3 << 20));

    assertTrue(written.size() >= 2 << 20, "only " + written.size());
    masked.close();
    assertEquals(3 << 20, written.size());
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
