/**
 * The agents of this machine: {@link com.clawdforge.acpx.local.LocalAgents} combines one-shots and
 * sessions behind the core's port.
 */
@NullMarked
package com.clawdforge.acpx.local;

import org.jspecify.annotations.NullMarked;
