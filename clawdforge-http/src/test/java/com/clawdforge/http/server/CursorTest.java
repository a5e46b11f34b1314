package com.clawdforge.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Base64;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 4_294_967_296L, Long.MAX_VALUE})
  void a_cursor_leads_back_to_its_position(long position) {
    assertEquals(OptionalLong.of(position), Cursor.position(Cursor.of(position)));
  }

  @Test
  void a_cursor_tells_nothing_of_its_position() {
    assertNotEquals(Cursor.of(7), Cursor.of(7));
    assertEquals(Cursor.of(1).length(), Cursor.of(Long.MAX_VALUE).length());
  }

  @Test
  void a_cursor_that_was_changed_is_none() {
    byte[] bytes = Base64.getUrlDecoder().decode(Cursor.of(7));
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertEquals(
          OptionalLong.empty(),
          Cursor.position(Base64.getUrlEncoder().withoutPadding().encodeToString(changed)));
    }
  }
}
