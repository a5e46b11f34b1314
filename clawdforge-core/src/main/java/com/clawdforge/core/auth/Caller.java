package com.clawdforge.core.auth;

/**
 * An app that has shown its token.
 *
 * @param tokenId owner of everything that the app creates
 * @param appName the token's name, for logs
 */
public record Caller(String tokenId, String appName) {}
