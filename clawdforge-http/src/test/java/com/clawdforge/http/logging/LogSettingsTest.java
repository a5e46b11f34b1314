package com.clawdforge.http.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.logging.LogSettings.Format;
import com.clawdforge.http.logging.LogSettings.Level;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogSettingsTest {
  @Test
  void without_a_setting_it_is_text_at_info() {
    assertEquals(
        new LogSettings(Format.TEXT, Level.INFO, LogSettings.QUIET), LogSettings.from(Map.of()));
  }

  @Test
  void a_level_may_have_exceptions_even_for_quiet_libraries() {
    LogSettings settings =
        LogSettings.from(
            Map.of(
                "CLAWDFORGE_LOG_FORMAT", "json",
                "CLAWDFORGE_LOG_LEVEL", "warn, com.clawdforge.acpx=debug,org.eclipse.jetty=info"));

    assertEquals(Format.JSON, settings.format());
    assertEquals(Level.WARN, settings.level());
    assertEquals(Level.DEBUG, settings.loggers().get("com.clawdforge.acpx"));
    assertEquals(Level.INFO, settings.loggers().get("org.eclipse.jetty"));
    assertEquals(Level.WARN, settings.loggers().get("com.zaxxer.hikari"));
  }

  @Test
  void commands_other_than_the_server_say_little_unless_they_are_asked_to() {
    assertEquals(Level.WARN, LogSettings.from(Map.of()).quiet().level());
    assertEquals(
        Level.DEBUG, LogSettings.from(Map.of("CLAWDFORGE_LOG_LEVEL", "debug")).quiet().level());
    assertEquals(
        Format.TEXT, LogSettings.from(Map.of("CLAWDFORGE_LOG_FORMAT", "json")).quiet().format());
  }

  @ParameterizedTest
  @ValueSource(strings = {"loud", "info,", "info,com.x=", "info,=debug", "info,a b=debug"})
  void an_unknown_level_is_reported_with_its_variable(String value) {
    IllegalArgumentException mistake =
        assertThrows(
            IllegalArgumentException.class,
            () -> LogSettings.from(Map.of("CLAWDFORGE_LOG_LEVEL", value)));

    assertTrue(String.valueOf(mistake.getMessage()).startsWith("CLAWDFORGE_LOG_LEVEL "));
  }
}
