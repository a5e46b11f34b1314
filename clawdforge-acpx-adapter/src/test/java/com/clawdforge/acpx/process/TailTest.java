package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Keeping the last bytes of a stream. */
class TailTest {
  @Test
  void little_is_kept_whole() {
    Tail tail = new Tail(8);
    assertEquals("", tail.text());

    add(tail, "1234");
    add(tail, "5678");

    assertEquals("12345678", tail.text());
  }

  @Test
  void of_much_the_end_is_kept_in_its_order() {
    Tail tail = new Tail(8);
    for (String piece : new String[] {"abcde", "fghij", "k", "", "lmnop"}) {
      add(tail, piece);
    }

    assertEquals("ijklmnop", tail.text());
  }

  @Test
  void of_one_piece_that_is_too_large_the_end_is_kept() {
    Tail tail = new Tail(8);
    add(tail, "x");
    add(tail, "0123456789abcdef");
    add(tail, "g");

    assertEquals("9abcdefg", tail.text());
  }

  @Test
  void only_the_given_length_of_a_chunk_counts() {
    Tail tail = new Tail(8);
    tail.add("abcdef".getBytes(StandardCharsets.UTF_8), 3);

    assertEquals("abc", tail.text());
  }

  @Test
  void a_character_that_the_front_cuts_through_is_dropped() {
    Tail tail = new Tail(4);
    add(tail, "aż😀b");

    assertEquals("b", tail.text());
  }

  @Test
  void a_character_that_is_split_between_pieces_is_whole() {
    Tail tail = new Tail(8);
    byte[] emoji = "😀".getBytes(StandardCharsets.UTF_8);
    for (byte part : emoji) {
      tail.add(new byte[] {part}, 1);
    }

    assertEquals("😀", tail.text());
  }

  private static void add(Tail tail, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.add(bytes, bytes.length);
  }
}
