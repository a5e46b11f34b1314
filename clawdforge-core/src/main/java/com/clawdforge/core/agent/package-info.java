/**
 * The ports to coding agents, {@link com.clawdforge.core.agent.OneShots} and {@link
 * com.clawdforge.core.agent.AgentSessions}, together {@link com.clawdforge.core.agent.AgentRunner},
 * and what passes through them: a {@link com.clawdforge.core.agent.OneShot}, or a {@link
 * com.clawdforge.core.agent.Prompt} to an {@link com.clawdforge.core.agent.AgentSession}, goes in,
 * {@link com.clawdforge.core.agent.AgentEvent}s and one {@link
 * com.clawdforge.core.agent.AgentOutcome} come out.
 */
@NullMarked
package com.clawdforge.core.agent;

import org.jspecify.annotations.NullMarked;
