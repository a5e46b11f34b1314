package com.clawdforge.core.share;

import java.util.concurrent.atomic.LongAdder;

/** How many prompts of all tokens wait in one place, and how long they are. Safe for any thread. */
public final class WaitingPrompts {
  private final LongAdder prompts = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  WaitingPrompts() {}

  void came(long length) {
    prompts.increment();
    bytes.add(length);
  }

  void left(long length) {
    prompts.decrement();
    bytes.add(-length);
  }

  public long prompts() {
    return prompts.sum();
  }

  /** How many bytes of UTF-8 they have together. */
  public long bytes() {
    return bytes.sum();
  }
}
