package com.clawdforge.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|true",
        " [1, 2.5e3, {\"a\":null}] |true",
        "\"text\"|true",
        "-0.1|true",
        "true|true",
        "~~|false",
        "~ ~|false",
        "{|false",
        "[1,]|false",
        "{} {}|false",
        "1 2|false",
        "{'a':1}|false",
        "NaN|false",
        "\"open|false",
        "\"bad \\x escape\"|false",
        "{\"a\":\"bad \\x escape\"}|false",
        "01|false",
        "text|false",
        "// comment|false",
      })
  void a_text_is_json_if_it_is_exactly_one_value(String text, boolean json) {
    assertEquals(json, JsonText.isJson(text));
  }

  @Test
  void nesting_is_bounded() {
    assertEquals(true, JsonText.isJson("[".repeat(500) + "]".repeat(500)));
    assertEquals(false, JsonText.isJson("[".repeat(501) + "]".repeat(501)));
    assertEquals(false, JsonText.isJson("[".repeat(1_000_000)));
  }

  @Test
  void strings_and_numbers_may_be_long() {
    assertEquals(true, JsonText.isJson("\"" + "x".repeat(30_000_000) + "\""));
    assertEquals(true, JsonText.isJson("[" + "9".repeat(5000) + "]"));
  }
}
