package com.clawdforge.core.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1 KiB (1024 bytes)",
    "33554432, 32 MiB (33554432 bytes)",
    "5000000, 4.8 MiB (5000000 bytes)",
    "2199023255552, 2048 GiB (2199023255552 bytes)",
  })
  void a_size_is_in_the_unit_that_suits_it_and_exact(long bytes, String words) {
    assertEquals(words, ByteSize.words(bytes));
  }
}
