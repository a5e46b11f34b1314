package com.clawdforge.acpx.isolation;

import java.nio.file.Path;

/** What is allowed with a path that exists, and with everything below it. */
record Rule(Path path, Access access) {
  /** Kinds of access. */
  enum Access {
    /** Reading and executing. */
    READ,
    /** That, and every change. */
    CHANGE,
    /** What is done with devices that belong to nobody, or to the process. */
    DEVICE
  }
}
