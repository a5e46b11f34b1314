/** The commands that serve, that call a running server, and that back up its ledger. */
@NullMarked
package com.clawdforge.http.app.command;

import org.jspecify.annotations.NullMarked;
