/**
 * One-shot runs on the {@code claude} command line, with stream-json in both directions: the plain
 * JSON output loses everything that does not fit into the pipe (agent-facts.md, sections 0 to 3).
 * Entry type is {@link com.clawdforge.acpx.oneshot.ClaudeRunner}.
 */
@NullMarked
package com.clawdforge.acpx.oneshot;

import org.jspecify.annotations.NullMarked;
