/**
 * One-shot runs on the {@code claude} command line, spoken to in stream-json on both sides: the
 * plain JSON output loses whatever does not fit into the pipe (agent-facts.md, sections 0 to 3).
 * Entry type is {@link com.clawdforge.acpx.oneshot.ClaudeRunner}.
 */
@NullMarked
package com.clawdforge.acpx.oneshot;

import org.jspecify.annotations.NullMarked;
