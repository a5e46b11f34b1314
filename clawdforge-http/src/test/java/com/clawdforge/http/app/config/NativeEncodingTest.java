package com.clawdforge.http.app.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NativeEncodingTest {
  private static final String ASCII = "ANSI_X3.4-1968";

  @Test
  void a_server_is_refused_in_one_line_that_says_what_to_set() {
    String told =
        String.valueOf(
            assertThrows(ConfigException.class, () -> NativeEncoding.requireForFiles(ASCII))
                .getMessage());

    assertTrue(told.contains(ASCII) && told.contains("LC_ALL=C.UTF-8"), told);
    assertTrue(told.lines().count() == 1, told);
    assertDoesNotThrow(() -> NativeEncoding.requireForFiles("UTF-8"));
  }

  @Test
  void only_arguments_that_cannot_be_read_are_refused() {
    assertThrows(
        ConfigException.class,
        () -> NativeEncoding.requireForArguments(ASCII, List.of("run", "\uFFFD")));
    assertDoesNotThrow(() -> NativeEncoding.requireForArguments(ASCII, List.of("run", "plain")));
    assertDoesNotThrow(() -> NativeEncoding.requireForArguments("UTF-8", List.of("run", "ü")));
  }
}
