/**
 * One-shot runs. Entry type is {@link com.clawdforge.core.run.RunService}; a run is recorded behind
 * {@link com.clawdforge.core.run.RunStore} before an agent is started for it and before its caller
 * is answered.
 */
@NullMarked
package com.clawdforge.core.run;

import org.jspecify.annotations.NullMarked;
