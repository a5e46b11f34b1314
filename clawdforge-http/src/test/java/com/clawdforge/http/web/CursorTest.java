package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Base64;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  private static final String LIST = "/runs";

  @Test
  void a_cursor_of_another_list_is_refused() {
    assertEquals(OptionalLong.empty(), Cursor.position(LIST, Cursor.of("/sessions", 7)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 4_294_967_296L, Long.MAX_VALUE})
  void a_cursor_leads_back_to_its_position(long position) {
    assertEquals(OptionalLong.of(position), Cursor.position(LIST, Cursor.of(LIST, position)));
  }

  @Test
  void a_cursor_does_not_reveal_its_position() {
    assertNotEquals(Cursor.of(LIST, 7), Cursor.of(LIST, 7));
    assertEquals(Cursor.of(LIST, 1).length(), Cursor.of(LIST, Long.MAX_VALUE).length());
  }

  @Test
  void a_modified_cursor_is_refused() {
    byte[] bytes = Base64.getUrlDecoder().decode(Cursor.of(LIST, 7));
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertEquals(
          OptionalLong.empty(),
          Cursor.position(LIST, Base64.getUrlEncoder().withoutPadding().encodeToString(changed)));
    }
  }
}
