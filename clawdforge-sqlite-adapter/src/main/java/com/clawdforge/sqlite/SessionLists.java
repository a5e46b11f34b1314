package com.clawdforge.sqlite;

/**
 * The statements that list sessions. Each names its index: several would do, but any other would
 * scan years of closed sessions to find the open ones.
 */
final class SessionLists {
  private static final String PAGE = " AND seq < :after ORDER BY seq DESC LIMIT :limit";

  static final String ALL =
      SessionRow.LISTED + "FROM sessions WHERE seq < :after ORDER BY seq DESC LIMIT :limit";
  static final String OPEN = by("sessions_open") + "WHERE closed_at IS NULL" + PAGE;
  static final String OF_TOKEN = by("sessions_token") + "WHERE token_id = :token_id" + PAGE;
  static final String OPEN_OF_TOKEN =
      by("sessions_token_open") + "WHERE token_id = :token_id AND closed_at IS NULL" + PAGE;

  /** Takes {@code :since}. */
  static final String IDLE =
      """
      closed_at IS NULL AND used_at < :since AND NOT EXISTS (
        SELECT 1 FROM turns WHERE turns.session = sessions.seq AND state IN ('queued', 'running'))
      """;

  static final String SOME_IDLE =
      by("sessions_idle") + "WHERE " + IDLE + " ORDER BY used_at LIMIT :limit";
  static final String UNRELEASED = by("sessions_unreleased") + "WHERE released = 0";
  static final String CLOSED_UNRELEASED =
      UNRELEASED + " AND closed_at IS NOT NULL ORDER BY closed_at LIMIT :limit";

  private SessionLists() {}

  private static String by(String index) {
    return SessionRow.LISTED + "FROM sessions INDEXED BY " + index + " ";
  }
}
