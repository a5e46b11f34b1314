/**
 * Follows a run or a turn over as many connections as it takes: {@link
 * com.clawdforge.client.internal.stream.BlockingFollower} on the caller's thread, {@link
 * com.clawdforge.client.internal.stream.AsyncFollower} for a future.
 */
@NullMarked
package com.clawdforge.client.internal.stream;

import org.jspecify.annotations.NullMarked;
