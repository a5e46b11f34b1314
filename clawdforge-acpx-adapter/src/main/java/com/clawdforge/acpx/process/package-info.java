/**
 * Child processes without the surprises: {@link com.clawdforge.acpx.process.ChildProcess} drains
 * both pipes within bounds, and {@link com.clawdforge.acpx.process.ProcessTree} finds and ends
 * everything that a child has left running.
 */
@NullMarked
package com.clawdforge.acpx.process;

import org.jspecify.annotations.NullMarked;
