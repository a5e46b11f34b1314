package com.clawdforge.core.session;

/**
 * A session that was opened.
 *
 * @param replayed whether an earlier request with the same key opened it
 */
public record SessionTicket(Session session, boolean replayed) {}
