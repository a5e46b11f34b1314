package com.clawdforge.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.file.FileName;
import com.clawdforge.core.text.ModelText;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What holds of these parsers whatever they are given. */
final class TextPropertiesTest {
  private static final int TIMES = 2000;
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|.)", Pattern.DOTALL);

  @Test
  void a_block_contains_an_address_if_as_many_bits_are_the_same() {
    Randomly.check(
        TIMES,
        random -> {
          int length = random.nextBoolean() ? 4 : 16;
          byte[] network = bytes(random, length);
          byte[] address = network.clone();
          for (int i = random.nextInt(3); i > 0; i--) {
            address[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
          }
          int prefix = random.nextInt(length * 8 + 1);
          Cidr block =
              Cidr.parse(InetAddress.getByAddress(network).getHostAddress() + "/" + prefix);

          boolean same =
              new BigInteger(1, network)
                  .xor(new BigInteger(1, address))
                  .shiftRight(length * 8 - prefix)
                  .equals(BigInteger.ZERO);
          assertEquals(same, block.contains(InetAddress.getByAddress(address)), block::toString);
        });
  }

  @Test
  void a_text_is_a_block_or_it_is_refused() {
    Randomly.check(
        TIMES,
        random -> {
          String text = Randomly.text(random, "0123456789abcdef.:/%", 24);
          try {
            assertEquals(Cidr.parse(text), Cidr.parse(Cidr.parse(text).toString()));
          } catch (IllegalArgumentException refused) {
            assertTrue(
                String.valueOf(refused.getMessage()).contains("is not an address block"), text);
          }
        });
  }

  @Test
  void every_name_of_a_file_becomes_one_harmless_component() {
    Randomly.check(
        TIMES,
        random -> {
          String name = FileName.safe(Randomly.text(random, "../\\ -\"'\n\u202e.txt🦀", 200));

          assertFalse(name.isEmpty());
          assertFalse(name.matches("(?s).*[/\\\\\\p{Cntrl}\"'`\u202e].*"), name);
          assertFalse(name.startsWith(".") || name.startsWith("-"), name);
          assertTrue(name.getBytes(StandardCharsets.UTF_8).length <= 120, name);
          assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(name), name);
          assertEquals(name, FileName.safe(name), "a safe name stays as it is");
        });
  }

  @Test
  void names_made_distinct_are_as_many_and_all_different() {
    Randomly.check(
        TIMES,
        random -> {
          List<String> names = new ArrayList<>();
          for (int i = random.nextInt(12); i > 0; i--) {
            names.add(FileName.safe(Randomly.text(random, "a.2-", 4)));
          }
          List<String> distinct = FileName.distinct(names);

          assertEquals(names.size(), distinct.size());
          assertEquals(names.size(), new HashSet<>(distinct).size(), distinct::toString);
        });
  }

  @Test
  void a_models_text_can_be_written_as_utf_8_and_loses_nothing_that_could() {
    Randomly.check(
        TIMES,
        random -> {
          String text = Randomly.text(random, "ab\ud83e\udd80\ud800\udfff", 40);
          String plain = ModelText.plain(text);

          assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(plain));
          assertEquals(text.length(), plain.length());
          assertSame(plain, ModelText.plain(plain));
          if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            assertSame(text, plain);
          }
        });
  }

  @Test
  void json_of_a_model_has_no_escaped_halves_and_is_otherwise_the_same() {
    Randomly.check(
        TIMES,
        random -> {
          StringBuilder json = new StringBuilder("\"");
          for (int i = random.nextInt(30); i > 0; i--) {
            json.append(
                Randomly.<String>any(
                    random,
                    () -> "\\ud83e",
                    () -> "\\uDD80",
                    () -> "\\u00e9",
                    () -> "\\\\",
                    () -> "\\n",
                    () -> "ud800",
                    () -> "é"));
          }
          String text = json.append('"').toString();
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          byte[] plain = ModelText.json(bytes);

          String decoded = decoded(new String(plain, StandardCharsets.UTF_8));
          assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(decoded), text);
          assertEquals(ModelText.plain(decoded(text)), decoded, text);
          assertArrayEquals(plain, ModelText.json(text).getBytes(StandardCharsets.UTF_8));
          assertSame(plain, ModelText.json(plain));
        });
  }

  private static String decoded(String json) {
    Matcher escape = ESCAPE.matcher(json);
    StringBuilder decoded = new StringBuilder();
    while (escape.find()) {
      String unit = escape.group(1);
      String as = unit == null ? escape.group() : "" + (char) Integer.parseInt(unit, 16);
      escape.appendReplacement(decoded, Matcher.quoteReplacement(as));
    }
    return escape.appendTail(decoded).toString();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
