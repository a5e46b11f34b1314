package com.clawdforge.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class BearerTokenTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void a_minted_token_has_the_prefix_and_256_random_bits() {
    String plaintext = BearerToken.mint(random).reveal();

    assertTrue(plaintext.matches("cf_[A-Za-z0-9_-]{43}"), plaintext);
    assertEquals(32, Base64.getUrlDecoder().decode(plaintext.substring(3)).length);
    assertNotEquals(plaintext, BearerToken.mint(random).reveal());
  }

  @Test
  void the_hash_is_sha_256_in_hex() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        BearerToken.presented("abc").hash());
  }

  @Test
  void a_token_matches_what_has_the_same_plaintext_only() {
    BearerToken minted = BearerToken.mint(random);

    assertTrue(minted.matches(BearerToken.presented(minted.reveal())));
    assertFalse(minted.matches(BearerToken.presented(minted.reveal() + " ")));
    assertFalse(minted.matches(BearerToken.presented("")));
  }

  @Test
  void the_text_of_a_token_is_masked() {
    BearerToken minted = BearerToken.mint(random);

    assertFalse(minted.toString().contains(minted.reveal().substring(3)));
  }
}
