/**
 * What a turn over the Agent Client Protocol needs, whatever carries it: the prompt's content
 * blocks, and {@link com.clawdforge.acpx.turn.TurnReader}, which turns messages into events and
 * signals.
 */
@NullMarked
package com.clawdforge.acpx.turn;

import org.jspecify.annotations.NullMarked;
