package com.clawdforge.core.auth;

/**
 * An app that was authenticated by its token.
 *
 * @param tokenId owner of everything that the app creates
 * @param appName the token's name, for logs
 * @param limits what it may request, with the server's defaults filled in
 */
public record Caller(String tokenId, String appName, TokenLimits limits) {
  /** An app without limits. */
  public Caller(String tokenId, String appName) {
    this(tokenId, appName, TokenLimits.NONE);
  }
}
