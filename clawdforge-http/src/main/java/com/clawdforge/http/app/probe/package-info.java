/** Background checks of the agents' programs, the ledger and the disk. */
@NullMarked
package com.clawdforge.http.app.probe;

import org.jspecify.annotations.NullMarked;
