/**
 * The ways to the agents of sessions, and {@link com.clawdforge.acpx.driver.SessionDrivers}, which
 * chooses among them.
 */
@NullMarked
package com.clawdforge.acpx.driver;

import org.jspecify.annotations.NullMarked;
