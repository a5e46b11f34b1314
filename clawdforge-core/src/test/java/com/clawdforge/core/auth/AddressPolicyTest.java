package com.clawdforge.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressPolicyTest {
  private static final AddressPolicy POLICY =
      new AddressPolicy(
          List.of(Cidr.parse("192.0.2.0/24")),
          List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // peer     | header                              | caller
        "10.0.0.1   |                                     | 10.0.0.1",
        "10.0.0.1   | 192.0.2.7                           | 192.0.2.7",
        "10.0.0.1   | 192.0.2.7, 198.51.100.9             | 198.51.100.9",
        "10.0.0.1   | 192.0.2.7, 198.51.100.9, 10.0.0.2   | 198.51.100.9",
        "10.0.0.1   | 10.0.0.3,10.0.0.2                   | 10.0.0.3",
        "10.0.0.1   | ::ffff:192.0.2.7                    | 192.0.2.7",
        "10.0.0.1   | ::ffff:10.0.0.2                     | 10.0.0.2",
        "fd00::1    | 2001:db8::7                         | 2001:db8::7",
        // untrusted peers are not believed
        "203.0.113.5 | 192.0.2.7                          | 203.0.113.5",
        "127.0.0.1  | 192.0.2.7                           | 127.0.0.1"
      })
  void the_header_is_read_from_the_right_past_trusted_proxies(
      String peer, @Nullable String header, String caller) {
    assertEquals(
        Optional.of(Cidr.address(caller)), POLICY.callerAddress(Cidr.address(peer), header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.7, garbage",
        "192.0.2.7, garbage, 10.0.0.2",
        "192.0.2.7,",
        "localhost",
        "192.0.2.7:4711",
        "unknown"
      })
  void a_proxy_that_passes_on_no_address_makes_the_caller_unknown(String header) {
    assertEquals(Optional.empty(), POLICY.callerAddress(Cidr.address("10.0.0.1"), header));
  }

  @Test
  void allowed_blocks_and_loopback_may_call() {
    assertTrue(POLICY.allows(Cidr.address("192.0.2.200")));
    assertTrue(POLICY.allows(Cidr.address("127.0.0.1")));
    assertTrue(POLICY.allows(Cidr.address("127.8.8.8")));
    assertTrue(POLICY.allows(Cidr.address("::1")));
    assertTrue(POLICY.allows(Cidr.address("::ffff:127.0.0.1")));
    assertFalse(POLICY.allows(Cidr.address("192.0.3.1")));
    assertFalse(POLICY.allows(Cidr.address("10.0.0.1")), "trusted is not allowed");
  }

  @Test
  void a_policy_without_blocks_lets_only_loopback_in() {
    AddressPolicy none = new AddressPolicy(List.of(), List.of());

    assertTrue(none.allows(Cidr.address("::1")));
    assertFalse(none.allows(Cidr.address("192.0.2.1")));
  }
}
