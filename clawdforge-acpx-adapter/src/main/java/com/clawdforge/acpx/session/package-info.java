/**
 * What a session has on this machine: {@link com.clawdforge.acpx.session.SessionDirectory} on disk,
 * {@link com.clawdforge.acpx.session.SessionProcesses} while it runs.
 */
@NullMarked
package com.clawdforge.acpx.session;

import org.jspecify.annotations.NullMarked;
