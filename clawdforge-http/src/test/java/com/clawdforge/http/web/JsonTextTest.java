package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void strings_may_be_long() {
    assertEquals(true, JsonText.isJson("\"" + "x".repeat(30_000_000) + "\""));
    assertEquals(true, JsonText.isJson("{\"" + "x".repeat(100_000) + "\":1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678901234567890.12345678901234567890",
        "1.7976931348623157e308",
        "-1.7976931348623157E+308",
        "4.9e-324",
        "0e0",
        "-0.0E-5",
        "1e100",
        "100e-100",
      })
  void numbers_may_be_as_large_as_a_double_and_as_exact_as_a_hundred_digits(String number) {
    assertEquals(true, JsonText.isJson(number));
    assertEquals(true, JsonText.isJson("{\"a\":[" + number + "]}"));
    assertEquals(true, JsonText.isJson("9".repeat(100)));
    assertEquals(true, JsonText.isJson("0." + "0".repeat(200) + "9".repeat(100)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "1e-999999999",
        "-1e999999999",
        "1e99999999999999999999",
        "0e99999999999999999999",
        "0e999999999",
        "1e309",
        "1.8e308",
        "1e-500",
      })
  void a_number_that_a_reader_may_choke_on_makes_it_a_text(String number) {
    assertEquals(false, JsonText.isJson(number));
    assertEquals(false, JsonText.isJson("{\"a\":" + number + "}"));
    assertEquals(false, JsonText.isJson("[{},[1,{\"a\":[0," + number + "]}]]"));
    assertEquals(true, JsonText.isJson("{\"a\":\"" + number + "\"}"));
  }

  @Test
  void a_number_of_more_than_a_hundred_digits_makes_it_a_text() {
    assertEquals(false, JsonText.isJson("9".repeat(101)));
    assertEquals(false, JsonText.isJson("[" + "9".repeat(5000) + "]"));
    assertEquals(false, JsonText.isJson("0." + "9".repeat(101)));
    assertEquals(false, JsonText.isJson("0." + "0".repeat(1_000_000) + "1"));
    assertEquals(false, JsonText.isJson("9".repeat(1_000_000)));
  }
}
