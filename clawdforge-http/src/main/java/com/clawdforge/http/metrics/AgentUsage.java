package com.clawdforge.http.metrics;

/**
 * The resources that the agents' processes use.
 *
 * @param residentBytes the sum of all processes; shared pages count for each
 */
public record AgentUsage(int processes, long residentBytes) {}
