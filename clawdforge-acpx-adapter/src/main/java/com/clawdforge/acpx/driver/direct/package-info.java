/**
 * Sessions that speak the Agent Client Protocol with the agents' adapters themselves: {@link
 * com.clawdforge.acpx.driver.direct.DirectDriver}.
 */
@NullMarked
package com.clawdforge.acpx.driver.direct;

import org.jspecify.annotations.NullMarked;
