package com.clawdforge.http.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a server has answered with 2xx, which it must know for ever after. Safe for any thread. */
final class Acknowledged {
  /** Runs by id, with their answer if that was sent. */
  final Map<String, Optional<JsonNode>> runs = new ConcurrentHashMap<>();

  /** Turns, with the events of their answer if that was sent. */
  final Map<TurnName, Optional<JsonNode>> turns = new ConcurrentHashMap<>();

  /** Sessions by id. */
  final Map<String, Life> sessions = new ConcurrentHashMap<>();

  /** Files by token. */
  final Map<String, Life> files = new ConcurrentHashMap<>();

  record TurnName(String session, int index) {
    String path() {
      return "/sessions/" + session + "/turns/" + index;
    }
  }

  /** What is known of something that can be ended. */
  enum Life {
    OPEN,
    /** It was asked for, and not answered yet. */
    PERHAPS_ENDED,
    ENDED
  }

  int size() {
    return runs.size() + turns.size() + sessions.size() + files.size();
  }

  /** Forgets what was checked but cannot change any more, so that a check takes the same time. */
  void checked() {
    runs.clear();
    turns.clear();
    Set.copyOf(sessions.keySet()).forEach(id -> sessions.remove(id, Life.ENDED));
    Set.copyOf(files.keySet()).forEach(id -> files.remove(id, Life.ENDED));
  }
}
