/**
 * Sessions of coding agents: {@link com.clawdforge.acpx.session.AcpxDriver} runs them on the
 * command line {@code acpx}.
 */
@NullMarked
package com.clawdforge.acpx.session;

import org.jspecify.annotations.NullMarked;
