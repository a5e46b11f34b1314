/**
 * The agents of this machine: {@link com.clawdforge.acpx.local.LocalAgents} joins the ways to them
 * behind the core's port.
 */
@NullMarked
package com.clawdforge.acpx.local;

import org.jspecify.annotations.NullMarked;
