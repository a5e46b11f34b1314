package com.clawdforge.core.auth;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Stores app tokens by the SHA-256 of their secret. Safe for any thread. Calls block for a disk
 * access and throw {@link com.clawdforge.core.error.StoreException} when the store fails. A change
 * is durable when its call returns.
 */
public interface TokenAuth {
  /**
   * Stores a new token.
   *
   * @return false, without storing it, if a live token has the same name
   */
  boolean add(AppToken token, String secretHash);

  /** Returns the live token with this secret. A revocation affects every call that follows it. */
  Optional<AppToken> findLive(String secretHash);

  /**
   * Notes that a token was used; the latest time wins. The note only informs people: it may be
   * written later, may be lost in a crash and must not delay the caller.
   */
  void used(String tokenId, Instant when);

  /** Live and revoked tokens, newest first. */
  Page<AppToken> list(PageRequest page);

  /**
   * Revokes the live token of this name. Idempotent: if the last token of this name is already
   * revoked, returns it unchanged.
   *
   * @return the revoked token, or empty if the name was never minted
   */
  Optional<AppToken> revoke(String name, Instant when);

  /**
   * Replaces the secret of the live token of this name; the old secret becomes invalid at once.
   *
   * @return the token, or empty if no live one has that name
   */
  Optional<AppToken> rotate(String name, String newSecretHash);

  /**
   * Changes the shares of the live token of this name: reads and writes them in one transaction, so
   * that of two changes at once neither is lost.
   *
   * @param change gives the new shares for the present ones; called once, must not block, and what
   *     it throws is thrown, with nothing changed
   * @return the token with its new shares, or empty if no live one has that name
   */
  Optional<AppToken> changeShares(String name, UnaryOperator<TokenShares> change);
}
