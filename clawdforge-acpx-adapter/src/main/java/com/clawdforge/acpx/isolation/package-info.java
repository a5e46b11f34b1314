/**
 * What keeps a child process from what is not its own: the kernel's Landlock, put around it by this
 * process or by {@code setpriv}. Knows no agent.
 */
@NullMarked
package com.clawdforge.acpx.isolation;

import org.jspecify.annotations.NullMarked;
