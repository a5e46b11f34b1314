package com.clawdforge.http.api.wire;

/** The answer of what has nothing to tell but that it is done. */
public record Done(boolean ok) {}
