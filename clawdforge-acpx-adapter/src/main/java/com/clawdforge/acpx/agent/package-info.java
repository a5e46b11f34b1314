/**
 * What differs between agents: {@link com.clawdforge.acpx.agent.AgentProfile} has one
 * implementation per agent, and {@link com.clawdforge.acpx.agent.Agents} finds their adapters.
 */
@NullMarked
package com.clawdforge.acpx.agent;

import org.jspecify.annotations.NullMarked;
