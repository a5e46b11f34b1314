package com.clawdforge.http.app.command.session;

import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.ForgeNotFoundException;
import com.clawdforge.client.Session;
import com.clawdforge.client.SessionInfo;
import com.clawdforge.http.app.command.CommandFailed;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds the session that a person means. */
final class SessionFinder {
  static final String NAME = "name";
  private static final int SHORTEST_PREFIX = 4;
  private static final int SHOWN = 4;

  private SessionFinder() {}

  /**
   * Finds a session; blocks. Open ones come before closed ones.
   *
   * @param text its id, its name, or at least four characters with which only its id begins
   * @throws CommandFailed if more than one is meant
   * @throws ForgeNotFoundException if there is none
   */
  static Session find(ForgeClient client, String text) {
    try {
      return client.getSession(text);
    } catch (ForgeNotFoundException noSuchId) {
      List<SessionInfo> all = client.sessions(true);
      List<Predicate<SessionInfo>> ways =
          List.of(
              session -> isOpen(session) && name(session).equals(text),
              session -> isOpen(session) && begins(session, text),
              session -> name(session).equals(text),
              session -> begins(session, text));
      return ways.stream()
          .map(way -> all.stream().filter(way).toList())
          .filter(found -> !found.isEmpty())
          .findFirst()
          .map(found -> client.getSession(only(text, found).sessionId()))
          .orElseThrow(() -> noSuchId);
    }
  }

  /** The name that {@code session new --name} gave; empty if there is none. */
  static String name(SessionInfo session) {
    return session.meta().path(NAME).asText("");
  }

  private static boolean isOpen(SessionInfo session) {
    return session.closedAt() == null;
  }

  private static boolean begins(SessionInfo session, String text) {
    return text.length() >= SHORTEST_PREFIX && session.sessionId().startsWith(text);
  }

  private static SessionInfo only(String text, List<SessionInfo> found) {
    if (found.size() == 1) {
      return found.getFirst();
    }
    Stream<String> shown = found.stream().limit(SHOWN).map(SessionFinder::candidate);
    throw CommandFailed.misused(
        "'"
            + text
            + "' may be "
            + String.join(" or ", shown.toList())
            + (found.size() > SHOWN ? " or " + (found.size() - SHOWN) + " more" : "")
            + "; give more of the id",
        null);
  }

  private static String candidate(SessionInfo session) {
    String name = name(session);
    return session.sessionId()
        + " ("
        + (name.isEmpty() ? "" : name + ", ")
        + session.status()
        + ", created "
        + session.createdAt()
        + ")";
  }
}
