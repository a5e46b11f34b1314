package com.clawdforge.http.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A position in a list, encrypted for the client that holds it. Rows are numbered across all
 * tokens, so a readable number would reveal how much other apps do. It is bound to its list:
 * otherwise a position that the client knows, such as a turn's index, could be compared with one
 * that it must not know. The key lives as long as the process; clients that page across a restart
 * start over.
 */
final class Cursor {
  private static final SecureRandom random = new SecureRandom();
  private static final SecretKey key = new SecretKeySpec(randomBytes(32), "AES");
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int SEALED_BYTES = NONCE_BYTES + Long.BYTES + TAG_BITS / 8;

  private Cursor() {}

  /**
   * Encrypts a position.
   *
   * @param list identifies the list
   */
  static String of(String list, long position) {
    byte[] nonce = randomBytes(NONCE_BYTES);
    byte[] sealed =
        cipher(
            Cipher.ENCRYPT_MODE,
            list,
            nonce,
            ByteBuffer.allocate(Long.BYTES).putLong(position).array());
    byte[] all = ByteBuffer.allocate(SEALED_BYTES).put(nonce).put(sealed).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** Decrypts a cursor; empty if this process did not create it for this list. */
  static OptionalLong position(String list, String cursor) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(cursor);
      if (all.length != SEALED_BYTES) {
        return OptionalLong.empty();
      }
      byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
      byte[] sealed = Arrays.copyOfRange(all, NONCE_BYTES, all.length);
      return OptionalLong.of(
          ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, list, nonce, sealed)).getLong());
    } catch (IllegalArgumentException | IllegalStateException notOurs) {
      return OptionalLong.empty();
    }
  }

  private static byte[] cipher(int mode, String list, byte[] nonce, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(list.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("not encrypted by this process", e);
    }
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
