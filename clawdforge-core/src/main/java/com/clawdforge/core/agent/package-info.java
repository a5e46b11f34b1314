/**
 * The port to coding agents, {@link com.clawdforge.core.agent.AgentRunner}, and the words in which
 * the gateway speaks to it: a {@link com.clawdforge.core.agent.OneShot} goes in, {@link
 * com.clawdforge.core.agent.AgentEvent}s and one {@link com.clawdforge.core.agent.AgentOutcome}
 * come out.
 */
@NullMarked
package com.clawdforge.core.agent;

import org.jspecify.annotations.NullMarked;
