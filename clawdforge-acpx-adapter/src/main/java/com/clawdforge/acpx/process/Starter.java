package com.clawdforge.acpx.process;

import java.io.IOException;

/** Starts child processes, perhaps with less than this process may do. Safe for any thread. */
@FunctionalInterface
public interface Starter {
  /** Starts children that may do all that this process may. */
  Starter UNCONFINED = ProcessBuilder::start;

  /** As {@link ProcessBuilder#start}; may change the builder, which is used once. */
  Process start(ProcessBuilder builder) throws IOException;
}
