package com.clawdforge.acpx.offline;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides how the {@link OfflineModel} answers. It is called once per model request, on the
 * request's own thread, so concurrently for concurrent requests. It may block; {@link
 * OfflineModel#close()} interrupts it. An exception reaches the client as a 500.
 */
@FunctionalInterface
public interface Script {
  ModelReply answer(ModelRequest request);

  /** Answers every request with the same reply. */
  static Script always(ModelReply reply) {
    return request -> reply;
  }

  /** Answers requests in the order of their arrival; the last reply repeats. */
  static Script sequence(ModelReply... replies) {
    List<ModelReply> all = List.of(replies);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a sequence needs at least one reply");
    }
    AtomicInteger next = new AtomicInteger();
    return request -> all.get(next.getAndUpdate(i -> Math.min(i + 1, all.size() - 1)));
  }
}
