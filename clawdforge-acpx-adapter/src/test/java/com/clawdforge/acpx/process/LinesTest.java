package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Splitting bytes into lines, however they arrive. */
class LinesTest {
  private static final int CHUNK = 64 * 1024;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void lines_are_the_same_however_the_bytes_arrive(int atOnce) throws Exception {
    assertEquals(
        List.of("first", "", "zażółć", "\rlast\r"),
        all(dripping("first\n\nzażółć\n\rlast\r\n", atOnce)));
  }

  @Test
  void a_last_line_without_an_end_is_none() throws Exception {
    assertEquals(List.of("whole"), all(stream("whole\nbroken o")));
    assertEquals(List.of(), all(stream("")));
  }

  @ParameterizedTest
  @ValueSource(ints = {CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK})
  void lines_longer_than_what_is_read_at_once_are_whole(int length) throws Exception {
    String line = "x".repeat(length);

    assertEquals(List.of(line, "next"), all(stream(line + "\nnext\n")));
  }

  @Test
  void a_line_may_be_as_long_as_agreed_and_no_byte_longer() throws Exception {
    Lines lines = new Lines(stream("12345\n123456\n"), 5, 1000);

    assertArrayEquals(bytes("12345"), lines.next());
    Lines.TooMuch tooMuch = assertThrows(Lines.TooMuch.class, lines::next);
    assertEquals("a line of more than 5 bytes", tooMuch.getMessage());
  }

  @Test
  void the_lines_after_one_that_is_too_long_can_be_read() throws Exception {
    for (int atOnce : List.of(1, 3, 7, 100)) {
      Lines lines = new Lines(dripping("ok\n1234567890\nnext\n1234567\nlast\n", atOnce), 5, 1000);

      assertArrayEquals(bytes("ok"), lines.next());
      Lines.TooLong tooLong = assertThrows(Lines.TooLong.class, lines::next);
      assertTrue("1234567890".startsWith(new String(tooLong.begin(), StandardCharsets.UTF_8)));
      assertArrayEquals(bytes("next"), lines.next());
      assertThrows(Lines.TooLong.class, lines::next);
      assertArrayEquals(bytes("last"), lines.next());
      assertNull(lines.next());
    }
  }

  @Test
  void a_line_is_not_skipped_for_ever() throws Exception {
    Lines lines = new Lines(stream("1234567" + "x".repeat(20)), 5, 1000);

    assertThrows(Lines.TooLong.class, lines::next);
    Lines.TooMuch tooMuch = assertThrows(Lines.TooMuch.class, lines::next);
    assertEquals("a line of more than 20 bytes", tooMuch.getMessage());
  }

  @Test
  void a_line_without_end_is_given_up_before_it_fills_the_memory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };

    assertThrows(Lines.TooMuch.class, () -> new Lines(endless, 1 << 20, Long.MAX_VALUE).next());
  }

  @Test
  void all_lines_together_may_be_as_much_as_agreed_and_no_byte_more() throws Exception {
    assertEquals(List.of("123", "567"), all(new Lines(dripping("123\n567\n", 4), 100, 8)));
    Lines lines = new Lines(dripping("123\n567\n9", 4), 100, 8);
    lines.next();
    lines.next();

    Lines.TooMuch tooMuch = assertThrows(Lines.TooMuch.class, lines::next);
    assertEquals("more than 8 bytes", tooMuch.getMessage());
  }

  @Test
  void after_the_end_there_is_nothing_more() throws Exception {
    Lines lines = new Lines(stream("one\n"), 100, 100);
    lines.next();

    assertNull(lines.next());
    assertNull(lines.next());
  }

  private static List<String> all(InputStream in) throws IOException {
    return all(new Lines(in, 1 << 20, 1 << 20));
  }

  private static List<String> all(Lines lines) throws IOException {
    List<String> all = new ArrayList<>();
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      all.add(new String(line, StandardCharsets.UTF_8));
    }
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(bytes(text));
  }

  private static InputStream dripping(String text, int atOnce) {
    return new ByteArrayInputStream(bytes(text)) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, atOnce));
      }

      @Override
      public int read(byte[] target) {
        return read(target, 0, target.length);
      }
    };
  }
}
