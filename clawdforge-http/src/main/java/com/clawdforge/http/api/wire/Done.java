package com.clawdforge.http.api.wire;

/** The answer to a request that succeeded and returns nothing. */
public record Done(boolean ok) {}
