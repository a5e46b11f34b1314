/**
 * Conversations of many turns. {@link com.clawdforge.core.session.SessionService} opens and closes
 * them, {@link com.clawdforge.core.session.TurnService} accepts their turns, and {@link
 * com.clawdforge.core.session.SessionSweeper} closes and deletes old ones. {@link
 * com.clawdforge.core.session.SessionStore}, {@link com.clawdforge.core.session.TurnStore} and
 * {@link com.clawdforge.core.session.AuditTrail} record them.
 */
@NullMarked
package com.clawdforge.core.session;

import org.jspecify.annotations.NullMarked;
