package com.clawdforge.core.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A bearer secret in plain text, held for one request only. {@link #toString()} masks it, and only
 * {@link #hash()} is stored.
 */
public final class BearerToken {
  private static final String APP_PREFIX = "cf_";
  private static final int RANDOM_BYTES = 32;

  private final String plaintext;

  private BearerToken(String plaintext) {
    this.plaintext = plaintext;
  }

  /** A new app token: {@code cf_} and 256 random bits, URL-safe. */
  public static BearerToken mint(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new BearerToken(
        APP_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** A secret that a caller presented: any text, but only a minted one matches. */
  public static BearerToken presented(String plaintext) {
    return new BearerToken(plaintext);
  }

  /** SHA-256 in lower-case hex: safe to store because the secret has 256 random bits. */
  public String hash() {
    return HexFormat.of().formatHex(digest());
  }

  /** Whether two secrets are the same, in time that does not depend on where they differ. */
  public boolean matches(BearerToken other) {
    return MessageDigest.isEqual(digest(), other.digest());
  }

  /** The secret itself, to be shown once, when it is minted. */
  public String reveal() {
    return plaintext;
  }

  private byte[] digest() {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(plaintext.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "BearerToken[masked]";
  }
}
