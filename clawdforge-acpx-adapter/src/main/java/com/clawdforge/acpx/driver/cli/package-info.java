/**
 * Sessions on the command line {@code acpx}. Entry type is {@link
 * com.clawdforge.acpx.driver.cli.AcpxDriver}.
 */
@NullMarked
package com.clawdforge.acpx.driver.cli;

import org.jspecify.annotations.NullMarked;
