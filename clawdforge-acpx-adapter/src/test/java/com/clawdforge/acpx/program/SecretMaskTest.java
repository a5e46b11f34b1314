package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretMaskTest {
  private final SecretMask mask = SecretMask.of(List.of("pass\"word\\1", "a b&c=d", "pass\"wo"));

  @Test
  void a_secret_is_masked_as_it_stands_in_json() {
    assertEquals("{\"m\":\"***\"}", mask.masked("{\"m\":\"pass\\\"word\\\\1\"}"));
  }

  @Test
  void a_secret_is_masked_as_it_stands_in_a_url() {
    assertEquals("?key=***&x", mask.masked("?key=a+b%26c%3Dd&x"));
  }

  @Test
  void of_two_that_begin_alike_nothing_is_left() {
    assertEquals("*** ***", mask.masked("pass\"word\\1 pass\"wo"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"m\":\"one\\ncf_0123456789abcdef\"}','{\"m\":\"one\\ncf_***\"}'",
    "'{\"m\":\"one\\tsk-ant-api03-abcdefgh\"}','{\"m\":\"one\\tsk-ant-***\"}'",
    "?token%3Dcf_0123456789abcdef,?token%3Dcf_***",
    "Bearer%20abcdefghij,Bearer%20***",
    "'Bearer\\nabcdefghij','Bearer\\n***'",
  })
  void what_looks_like_a_secret_is_masked_behind_any_escape(String text, String masked) {
    assertEquals(masked, mask.masked(text));
  }

  @ParameterizedTest
  @CsvSource({
    "proxy http://user:hunter2@proxy:3128 refused,proxy http://user:***@proxy:3128 refused",
    "http://:hunter2@proxy,http://:***@proxy",
    "http://127.0.0.1:8800/a@b,http://127.0.0.1:8800/a@b",
    "'{\"u\":\"http://h:1\",\"to\":\"a@b\"}','{\"u\":\"http://h:1\",\"to\":\"a@b\"}'",
  })
  void a_password_in_a_url_is_masked_and_nothing_else_of_it(String text, String masked) {
    assertEquals(masked, mask.masked(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "bearer ", "bearer\\n", "cf_", "://", "://a:", "://a:b", "x"})
  void a_long_line_costs_time_by_its_length_alone(String part) {
    String line = "bearer" + part.repeat((10 << 20) / part.length());

    String masked =
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> mask.masked(line + " a+b%26c%3Dd"));

    assertFalse(masked.contains("a+b%26c%3Dd"));
  }
}
