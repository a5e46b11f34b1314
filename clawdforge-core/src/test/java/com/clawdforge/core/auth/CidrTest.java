package com.clawdforge.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,            10.255.255.255,     true",
    "10.0.0.0/8,            11.0.0.0,           false",
    "10.1.2.3/8,            10.9.9.9,           true",
    "172.16.0.0/12,         172.31.255.255,     true",
    "172.16.0.0/12,         172.32.0.0,         false",
    "192.168.1.128/25,      192.168.1.127,      false",
    "192.168.1.128/25,      192.168.1.200,      true",
    "1.2.3.4,               1.2.3.4,            true",
    "1.2.3.4,               1.2.3.5,            false",
    "0.0.0.0/0,             255.255.255.255,    true",
    "0.0.0.0/0,             ::2,                false",
    "fd00::/8,              fdff::1,            true",
    "fd00::/8,              fe00::1,            false",
    "2001:db8::/33,         2001:db8:7fff::,    true",
    "2001:db8::/33,         2001:db8:8000::,    false",
    "::/0,                  2001:db8::1,        true",
    "::/0,                  1.2.3.4,            false",
    "::1,                   ::1,                true",
    "::ffff:10.0.0.0/104,   10.1.1.1,           true",
    "::ffff:10.0.0.0/104,   11.1.1.1,           false",
    "10.0.0.0/8,            ::ffff:10.1.1.1,    true",
    "::ffff:1.2.3.4,        1.2.3.4,            true"
  })
  void a_block_contains_the_addresses_of_its_prefix(String block, String address, boolean in) {
    assertEquals(in, Cidr.parse(block).contains(Cidr.address(address)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/9999999999",
        "10.0.0/8",
        "256.0.0.1",
        "::/129",
        "::ffff:10.0.0.0/8",
        ":::",
        "1::2::3",
        "localhost",
        "example.org/8",
        "10.0.0.0 /8",
        "fe80::1%eth0/zone"
      })
  void anything_else_is_refused_by_quoting_it(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));

    String address = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
    assertTrue(String.valueOf(refused.getMessage()).startsWith("'" + address), text);
  }

  @Test
  void a_mapped_address_is_an_ipv4_address() {
    assertInstanceOf(Inet4Address.class, Cidr.address("::ffff:192.0.2.1"));
  }

  @Test
  void equal_blocks_contain_the_same_addresses_and_keep_their_text() {
    assertEquals(Cidr.parse("10.0.0.0/8"), Cidr.parse(" 10.1.2.3/8 "));
    assertEquals(Cidr.parse("10.0.0.0/8").hashCode(), Cidr.parse("10.1.2.3/8").hashCode());
    assertNotEquals(Cidr.parse("10.0.0.0/8"), Cidr.parse("10.0.0.0/9"));
    assertEquals("10.1.2.3/8", Cidr.parse(" 10.1.2.3/8 ").toString());
  }
}
