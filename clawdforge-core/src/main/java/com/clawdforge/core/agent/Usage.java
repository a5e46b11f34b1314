package com.clawdforge.core.agent;

/** Tokens as the provider counts them. */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadInputTokens,
    long cacheCreationInputTokens) {}
