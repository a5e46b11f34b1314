/** What was used of agents, summed up: {@link com.clawdforge.core.usage.UsageLedger}. */
@NullMarked
package com.clawdforge.core.usage;

import org.jspecify.annotations.NullMarked;
