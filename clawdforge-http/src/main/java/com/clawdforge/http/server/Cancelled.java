package com.clawdforge.http.server;

/** The answer to a cancellation: whether that ended something. */
record Cancelled(boolean ok, boolean cancelled) {}
