/**
 * Child processes: {@link com.clawdforge.acpx.process.ChildProcess} drains both pipes within
 * limits, {@link com.clawdforge.acpx.process.ProcessTree} finds and ends everything that a child
 * has left running, and {@link com.clawdforge.acpx.process.Command} puts a question to a program. A
 * {@link com.clawdforge.acpx.process.Starter} may start children with less than this process may
 * do.
 */
@NullMarked
package com.clawdforge.acpx.process;

import org.jspecify.annotations.NullMarked;
