/**
 * What runs and turns have in common: {@link com.clawdforge.core.work.Admission} lets them in, they
 * wait for one of a bounded number of {@link com.clawdforge.core.work.Places}, have a {@link
 * com.clawdforge.core.work.WorkState} and an {@link com.clawdforge.core.work.EventLog}, and may
 * have an {@link com.clawdforge.core.work.IdempotencyKey}.
 */
@NullMarked
package com.clawdforge.core.work;

import org.jspecify.annotations.NullMarked;
