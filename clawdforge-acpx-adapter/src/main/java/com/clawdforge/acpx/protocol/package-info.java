/**
 * Messages of the Agent Client Protocol: {@link com.clawdforge.acpx.protocol.AcpMessage} has what a
 * turn needs of one, and {@link com.clawdforge.acpx.protocol.JsonLine} reads lines of JSON.
 */
@NullMarked
package com.clawdforge.acpx.protocol;

import org.jspecify.annotations.NullMarked;
