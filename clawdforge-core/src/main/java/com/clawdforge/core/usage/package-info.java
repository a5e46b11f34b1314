/** Sums of what agents used and cost: {@link com.clawdforge.core.usage.UsageLedger}. */
@NullMarked
package com.clawdforge.core.usage;

import org.jspecify.annotations.NullMarked;
