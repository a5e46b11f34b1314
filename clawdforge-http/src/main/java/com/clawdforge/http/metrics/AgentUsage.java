package com.clawdforge.http.metrics;

/**
 * What the agents' processes take of the machine.
 *
 * @param residentBytes summed up; what processes share counts for each of them
 */
public record AgentUsage(int processes, long residentBytes) {}
