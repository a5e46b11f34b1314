package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Randomly;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What holds of what clients send, whatever it is. */
final class RequestPropertiesTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  @Test
  void a_cursor_leads_back_to_its_position_in_its_own_list_alone() {
    Randomly.check(
        2000,
        random -> {
          String list = Randomly.text(random, "/runs", 12);
          long position = random.nextLong();
          String cursor = Cursor.of(list, position);

          assertEquals(OptionalLong.of(position), Cursor.position(list, cursor));
          assertEquals(OptionalLong.empty(), Cursor.position(list + "x", cursor));
          int at = random.nextInt(cursor.length() - 1);
          char other = cursor.charAt(at) == 'A' ? 'B' : 'A';
          String changed = cursor.substring(0, at) + other + cursor.substring(at + 1);
          assertEquals(OptionalLong.empty(), Cursor.position(list, changed), changed);
        });
  }

  @Test
  void another_text_is_no_cursor() {
    Randomly.check(
        2000,
        random ->
            assertEquals(
                OptionalLong.empty(),
                Cursor.position("/runs", Randomly.text(random, ALPHABET, 60))));
  }

  @Test
  void what_is_json_is_still_json_inside_of_other_json() {
    Randomly.check(
        5000,
        random -> {
          String text = Randomly.text(random, "{}[]\":,0123456789eE+-.truefalsn \\", 12);
          if (JsonText.isJson(text)) {
            assertTrue(JsonText.isJson("[" + text + "," + text + "]"), text);
          }
        });
  }
}
