package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A session of {@link EchoGateway}. */
final class EchoSession {
  private final List<EchoWork> turns = new ArrayList<>();
  private final ReentrantLock queue = new ReentrantLock(true);
  volatile boolean closed;

  synchronized EchoWork next(String id, JsonNode body) {
    EchoWork turn = new EchoWork(id, turns.size() + 1, body);
    turns.add(turn);
    return turn;
  }

  synchronized @Nullable EchoWork turn(int index) {
    return index < 1 || index > turns.size() ? null : turns.get(index - 1);
  }

  synchronized List<EchoWork> all() {
    return new ArrayList<>(turns);
  }

  /** Works on a turn once those before it are over. */
  void work(EchoWork turn) {
    queue.lock();
    try {
      turn.work();
    } finally {
      queue.unlock();
    }
  }
}
