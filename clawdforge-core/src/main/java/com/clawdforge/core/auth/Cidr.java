package com.clawdforge.core.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of IP addresses. Host bits beyond the prefix are ignored, as in {@code 10.1.2.3/8}, and
 * an IPv4-mapped IPv6 address or block counts as IPv4.
 */
public final class Cidr {
  // Literals only: InetAddress would look up a name.
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final int MAPPED_PREFIX_BITS = 96;

  private final byte[] network;
  private final int prefix;
  private final String text;

  private Cidr(byte[] network, int prefix, String text) {
    this.network = network;
    this.prefix = prefix;
    this.text = text;
  }

  /**
   * Reads {@code address/prefix}, or a bare address as a block of one.
   *
   * @throws IllegalArgumentException with a message that quotes the text
   */
  public static Cidr parse(String text) {
    String trimmed = text.trim();
    int slash = trimmed.indexOf('/');
    String address = slash < 0 ? trimmed : trimmed.substring(0, slash);
    byte[] bytes = address(address).getAddress();
    int bits = bytes.length * 8;
    int prefix = bits;
    if (slash >= 0) {
      String length = trimmed.substring(slash + 1);
      if (!length.matches("\\d{1,3}")) {
        throw notACidr(text);
      }
      prefix = Integer.parseInt(length);
      // ::ffff:10.0.0.0/104 was read as 10.0.0.0: its prefix counts the mapped part too.
      if (bits == 32 && address.indexOf(':') >= 0) {
        prefix -= MAPPED_PREFIX_BITS;
      }
      if (prefix < 0 || prefix > bits) {
        throw notACidr(text);
      }
    }
    return new Cidr(masked(bytes, prefix), prefix, trimmed);
  }

  /**
   * Reads a literal address, never a host name; IPv4-mapped IPv6 becomes IPv4.
   *
   * @throws IllegalArgumentException if it is not a literal
   */
  public static InetAddress address(String literal) {
    int zone = literal.indexOf('%');
    String plain = zone < 0 ? literal : literal.substring(0, zone);
    if (!IPV4.matcher(plain).matches() && !IPV6.matcher(plain).matches()) {
      throw notACidr(literal);
    }
    try {
      return InetAddress.getByName(plain);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(notACidr(literal).getMessage(), e);
    }
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == network.length && Arrays.equals(masked(bytes, prefix), network);
  }

  private static byte[] masked(byte[] bytes, int prefix) {
    byte[] result = bytes.clone();
    for (int i = 0; i < result.length; i++) {
      int keep = Math.clamp(prefix - i * 8L, 0, 8);
      result[i] &= (byte) (0xFF00 >> keep);
    }
    return result;
  }

  private static IllegalArgumentException notACidr(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not an address block such as 192.168.0.0/16 or fd00::/8");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cidr that
        && prefix == that.prefix
        && Arrays.equals(network, that.network);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(network) + prefix;
  }

  /** The text that this was parsed from. */
  @Override
  public String toString() {
    return text;
  }
}
