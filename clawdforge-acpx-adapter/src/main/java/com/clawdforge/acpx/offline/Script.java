package com.clawdforge.acpx.offline;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides how the {@link OfflineModel} answers. Called once per request to the model, on that
 * request's own thread, so at the same time for requests that arrive at the same time. It may
 * block; {@link OfflineModel#close()} interrupts it. What it throws reaches the client as a 500.
 */
@FunctionalInterface
public interface Script {
  ModelReply answer(ModelRequest request);

  /** Answers every request alike. */
  static Script always(ModelReply reply) {
    return request -> reply;
  }

  /** Answers the requests one by one in the order of their arrival; the last reply repeats. */
  static Script sequence(ModelReply... replies) {
    List<ModelReply> all = List.of(replies);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a sequence needs at least one reply");
    }
    AtomicInteger next = new AtomicInteger();
    return request -> all.get(next.getAndUpdate(i -> Math.min(i + 1, all.size() - 1)));
  }
}
