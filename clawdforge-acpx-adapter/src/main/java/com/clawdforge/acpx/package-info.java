/**
 * What all agents have in common: where their programs are and which environment they get. The
 * agents themselves are one package each; {@link com.clawdforge.acpx.claude.ClaudeRunner} is the
 * entry to one-shot runs.
 */
@NullMarked
package com.clawdforge.acpx;

import org.jspecify.annotations.NullMarked;
