/**
 * The Agent Client Protocol as it arrives: {@link com.clawdforge.acpx.protocol.AcpMessage} has the
 * message, as far as a turn needs it.
 */
@NullMarked
package com.clawdforge.acpx.protocol;

import org.jspecify.annotations.NullMarked;
