package com.clawdforge.http.api.wire;

/** The answer to a cancellation: whether it ended any work. */
public record Cancelled(boolean ok, boolean cancelled) {}
