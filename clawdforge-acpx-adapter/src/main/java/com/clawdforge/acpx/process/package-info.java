/**
 * Child processes: {@link com.clawdforge.acpx.process.ChildProcess} drains both pipes within
 * limits, {@link com.clawdforge.acpx.process.ProcessTree} finds and ends everything that a child
 * has left running, and {@link com.clawdforge.acpx.process.Command} puts a question to a program.
 */
@NullMarked
package com.clawdforge.acpx.process;

import org.jspecify.annotations.NullMarked;
