/**
 * What runs and turns have in common: they wait for one of a bounded number of {@link
 * com.clawdforge.core.work.Places}, have a {@link com.clawdforge.core.work.WorkState}, may be asked
 * for under a {@link com.clawdforge.core.work.IdempotencyKey} and are watched by {@link
 * com.clawdforge.core.work.EventFollower}s.
 */
@NullMarked
package com.clawdforge.core.work;

import org.jspecify.annotations.NullMarked;
