package com.clawdforge.core.share;

import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.text.ByteSize;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The bytes of the prompts that wait, which are limited and shared fairly between tokens. Safe for
 * any thread.
 */
public final class PromptRoom {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final long maxBytes;
  private final FairRoom room;
  private final PromptSpool spool;
  private final WaitingPrompts inMemory = new WaitingPrompts();
  private final WaitingPrompts onDisk = new WaitingPrompts();

  /**
   * @param maxBytes how many bytes of UTF-8 may wait, over all tokens
   */
  public PromptRoom(long maxBytes, PromptSpool spool) {
    this.maxBytes = maxBytes;
    this.room = new FairRoom(maxBytes);
    this.spool = spool;
  }

  /** A prompt in memory, which takes no room yet. */
  public HeldPrompt of(String tokenId, String text) {
    return new HeldPrompt(this, tokenId, text);
  }

  /** How many bytes of a token wait. */
  public long waiting(String tokenId) {
    return room.of(tokenId);
  }

  /** How many bytes of UTF-8 may wait, over all tokens. */
  public long maxBytes() {
    return maxBytes;
  }

  /** The prompts of all tokens that wait in memory. */
  public WaitingPrompts inMemory() {
    return inMemory;
  }

  /** The prompts of all tokens that wait on a disk. */
  public WaitingPrompts onDisk() {
    return onDisk;
  }

  /**
   * Keeps a text elsewhere.
   *
   * @throws Refusal {@link ErrorCode#QUOTA_EXCEEDED} or {@link ErrorCode#AT_CAPACITY} if there is
   *     no room for it
   */
  Kept keep(String tokenId, String text) {
    long bytes = text.getBytes(StandardCharsets.UTF_8).length;
    take(tokenId, bytes);
    boolean kept = false;
    try {
      PromptSpool.Spooled spooled = spool.keep(text);
      kept = true;
      place(spooled).came(bytes);
      return new Kept(tokenId, bytes, spooled);
    } finally {
      if (!kept) {
        room.giveBack(tokenId, bytes);
      }
    }
  }

  /** A text that is kept, and the room that it takes. */
  record Kept(String tokenId, long bytes, PromptSpool.Spooled text) {}

  void forget(Kept kept) {
    kept.text().close();
    place(kept.text()).left(kept.bytes());
    room.giveBack(kept.tokenId(), kept.bytes());
  }

  private WaitingPrompts place(PromptSpool.Spooled text) {
    return text.onDisk() ? onDisk : inMemory;
  }

  private void take(String tokenId, long bytes) {
    if (!room.take(tokenId, bytes)) {
      long own = room.of(tokenId);
      throw own == 0 ? full() : beyondShare(own, bytes, room.share(tokenId));
    }
  }

  private static Refusal full() {
    return Refusal.retryLater(
        ErrorCode.AT_CAPACITY,
        "all places are taken, and there is no room for a prompt of this length to wait; try again"
            + " soon",
        SOON);
  }

  private static Refusal beyondShare(long own, long bytes, long share) {
    return Refusal.beyond(
        ErrorCode.QUOTA_EXCEEDED,
        "prompts of %s wait already, and this one of %s is beyond this token's part of the room;"
                .formatted(ByteSize.words(own), ByteSize.words(bytes))
            + " try again soon",
        SOON,
        new Allowance(
            "waiting_prompt_bytes",
            BigDecimal.valueOf(share),
            BigDecimal.valueOf(share - own),
            null,
            null));
  }
}
