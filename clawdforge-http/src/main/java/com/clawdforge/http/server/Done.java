package com.clawdforge.http.server;

/** The answer of what has nothing to tell but that it is done. */
record Done(boolean ok) {}
