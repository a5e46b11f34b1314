package com.clawdforge.core.work;

/**
 * A caller's name for one piece of work, so that asking twice does it once.
 *
 * @param bodyHash tells whether the same thing is asked for
 */
public record IdempotencyKey(String value, String bodyHash) {}
