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
  void a_line_is_written_as_soon_as_it_has_ended() {
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

  @Test
  void a_secret_is_masked_wherever_a_line_without_end_is_cut() {
    String secrets = "x" + "sécret,".repeat(300_000);

    masked.print(secrets);
    masked.close();

    assertEquals("x" + "***,".repeat(300_000), text());
  }

  @Test
  void no_character_is_cut_in_two() {
    String text = "é€😀".repeat(300_000);

    masked.print(text);
    masked.close();

    assertEquals(text, text());
  }

  @Test
  void what_would_command_a_terminal_is_shown_instead() {
    masked.print("\u001b[2J\u009b1A\u202egnihton\u0000\b\ttab é\n");

    assertEquals("\\u001b[2J\\u009b1A\\u202egnihton\\u0000\\u0008\ttab é\n", text());
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
