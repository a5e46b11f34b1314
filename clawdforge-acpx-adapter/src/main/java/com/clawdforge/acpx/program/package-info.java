/**
 * The programs of agents: where they are installed, which environment they get, and what Claude
 * Code in particular has to be given to keep within a run's or session's permissions.
 */
@NullMarked
package com.clawdforge.acpx.program;

import org.jspecify.annotations.NullMarked;
