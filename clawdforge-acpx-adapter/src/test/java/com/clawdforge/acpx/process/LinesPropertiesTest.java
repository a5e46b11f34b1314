package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Randomly;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of lines, whatever a program writes and however it arrives. */
final class LinesPropertiesTest {
  private static final int LONGEST = 40;

  @Test
  void the_lines_are_those_that_were_written_but_for_the_ones_that_are_too_long() {
    Randomly.check(
        2000,
        random -> {
          List<String> written = new ArrayList<>();
          StringBuilder all = new StringBuilder();
          for (int i = random.nextInt(20); i > 0; i--) {
            byte[] line = new byte[random.nextInt(LONGEST * 2)];
            random.nextBytes(line);
            String text = new String(line, StandardCharsets.ISO_8859_1).replace('\n', 'n');
            written.add(text.length() > LONGEST ? "too long" : text);
            all.append(text).append('\n');
          }
          all.append("cut off".repeat(random.nextInt(2)));
          byte[] bytes = all.toString().getBytes(StandardCharsets.ISO_8859_1);

          assertEquals(written, read(new Lines(arriving(bytes, random), LONGEST, 1 << 20)));
        });
  }

  @Test
  void no_more_is_read_than_agreed() {
    Randomly.check(
        500,
        random -> {
          byte[] bytes = new byte[random.nextInt(20_000)];
          random.nextBytes(bytes);
          int most = 1 + random.nextInt(20_000);
          int[] handedOut = {0};
          Lines lines = new Lines(counting(arriving(bytes, random), handedOut), 1 << 20, most);
          boolean tooMuch = false;
          try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
              assertTrue(line.length <= bytes.length);
            }
          } catch (Lines.TooMuch e) {
            tooMuch = true;
          }
          assertEquals(bytes.length > most, tooMuch);
          assertTrue(handedOut[0] <= most + 8192, "at most one part more than agreed");
        });
  }

  private static List<String> read(Lines lines) throws IOException {
    List<String> read = new ArrayList<>();
    while (true) {
      try {
        byte[] line = lines.next();
        if (line == null) {
          return read;
        }
        read.add(new String(line, StandardCharsets.ISO_8859_1));
      } catch (Lines.TooLong e) {
        read.add("too long");
      }
    }
  }

  private static InputStream arriving(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] into, int offset, int length) {
        return super.read(into, offset, 1 + random.nextInt(Math.min(length, 100)));
      }
    };
  }

  private static InputStream counting(InputStream in, int[] count) {
    return new InputStream() {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        count[0] += Math.max(0, read);
        return read;
      }

      @Override
      public int read() {
        throw new AssertionError("read by the array: " + Arrays.toString(count));
      }
    };
  }
}
