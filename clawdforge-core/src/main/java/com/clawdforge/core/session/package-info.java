/**
 * Conversations of many turns: {@link com.clawdforge.core.session.SessionService} opens and closes
 * them and takes their turns, {@link com.clawdforge.core.session.SessionStore} remembers them,
 * {@link com.clawdforge.core.session.SessionSweeper} ends those that nobody uses. A turn belongs to
 * its session and the ledger; whoever waits for it, or reads its events, only follows.
 */
@NullMarked
package com.clawdforge.core.session;

import org.jspecify.annotations.NullMarked;
