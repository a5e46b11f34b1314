/**
 * Sessions of coding agents. {@link com.clawdforge.acpx.session.SessionDriver} is a way to them;
 * {@link com.clawdforge.acpx.session.AcpxDriver} is the one that there is, by the command line
 * {@code acpx}.
 */
@NullMarked
package com.clawdforge.acpx.session;

import org.jspecify.annotations.NullMarked;
