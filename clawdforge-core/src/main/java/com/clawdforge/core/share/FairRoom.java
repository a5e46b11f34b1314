package com.clawdforge.core.share;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of bytes that owners share. Each may take as much as it leaves free, so that half of it
 * is left to others however much one asks for; an owner that has nothing may take all that is free.
 * Safe for any thread.
 */
public final class FairRoom {
  private final long maxBytes;
  private final Map<String, Long> byOwner = new HashMap<>();
  private long taken;

  public FairRoom(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes some bytes; false, with nothing taken, if the owner may not have them. */
  public boolean take(String owner, long bytes) {
    return grow(owner, 0, bytes);
  }

  /**
   * Takes more bytes for something that has some; false, with nothing taken, if it may not have
   * them. It may have as many as if it had taken all of them at once.
   *
   * @param before how many bytes of the owner it has taken so far
   */
  public synchronized boolean grow(String owner, long before, long bytes) {
    long own = byOwner.getOrDefault(owner, 0L);
    long free = maxBytes - taken - bytes;
    if (free < 0 || (own > before && own + bytes > free)) {
      return false;
    }
    taken += bytes;
    byOwner.put(owner, own + bytes);
    return true;
  }

  /** Gives back bytes that were taken. */
  public synchronized void giveBack(String owner, long bytes) {
    taken -= bytes;
    byOwner.merge(owner, -bytes, Long::sum);
    byOwner.remove(owner, 0L);
  }

  /** How many bytes an owner has taken. */
  public synchronized long of(String owner) {
    return byOwner.getOrDefault(owner, 0L);
  }

  /** How many bytes an owner may have taken in all, as things are. */
  public synchronized long share(String owner) {
    return (maxBytes - (taken - byOwner.getOrDefault(owner, 0L))) / 2;
  }
}
