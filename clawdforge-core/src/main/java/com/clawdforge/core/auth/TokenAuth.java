package com.clawdforge.core.auth;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps app tokens by the SHA-256 of their secret. Calls may come from any thread, block for the
 * length of a disk access, and throw {@link com.clawdforge.core.error.StoreException} when the
 * store is broken. What a call has returned from survives a crash.
 */
public interface TokenAuth {
  /**
   * Keeps a new token.
   *
   * @return false, and nothing is kept, if a live token has the same name
   */
  boolean add(AppToken token, String secretHash);

  /** The live token with this secret; a revocation that has returned is seen by the next call. */
  Optional<AppToken> findLive(String secretHash);

  /**
   * Notes that a token was used; the newest time counts. It may be kept a little later, may be lost
   * by a crash and must not slow the caller: it is bookkeeping for people.
   */
  void used(String tokenId, Instant when);

  /** Live and revoked tokens, newest first. */
  Page<AppToken> list(PageRequest page);

  /**
   * Ends the live token of this name. Idempotent: a name whose last token is already revoked gives
   * that token, unchanged.
   *
   * @return the revoked token, or empty if the name was never minted
   */
  Optional<AppToken> revoke(String name, Instant when);

  /**
   * Replaces the secret of the live token of this name; the old secret ends at once.
   *
   * @return the token, or empty if no live one has that name
   */
  Optional<AppToken> rotate(String name, String newSecretHash);
}
