package com.clawdforge.http.api.wire;

/** The answer to a cancellation: whether that ended something. */
public record Cancelled(boolean ok, boolean cancelled) {}
