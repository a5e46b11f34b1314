/**
 * Tokens, runs, sessions and files in one SQLite file and a folder of contents. Entry type is
 * {@link com.clawdforge.sqlite.SqliteLedger}, which opens the file and provides the stores.
 */
@NullMarked
package com.clawdforge.sqlite;

import org.jspecify.annotations.NullMarked;
