package com.clawdforge.core.share;

import com.clawdforge.core.error.Refusal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prompt of work that was accepted: in memory, or put aside while the work waits. Used by one
 * thread at a time.
 */
public final class HeldPrompt implements AutoCloseable {
  private final PromptRoom room;
  private final String tokenId;
  private @Nullable String text;
  private PromptRoom.@Nullable Kept kept;

  HeldPrompt(PromptRoom room, String tokenId, String text) {
    this.room = room;
    this.tokenId = tokenId;
    this.text = text;
  }

  /**
   * Puts the prompt aside because its work has to wait. Does nothing if it is aside already.
   *
   * @throws Refusal if there is no room for it; then it stays in memory
   */
  public void putAside() {
    if (text != null && kept == null) {
      kept = room.keep(tokenId, text);
      text = null;
    }
  }

  /** Returns the prompt, which is kept here no longer. Call once. */
  public String take() {
    PromptRoom.@Nullable Kept aside = kept;
    if (aside == null) {
      String taken = Objects.requireNonNull(text, "a prompt is taken once");
      text = null;
      return taken;
    }
    try {
      return aside.text().read();
    } finally {
      close();
    }
  }

  /** Forgets the prompt. Idempotent. */
  @Override
  public void close() {
    text = null;
    PromptRoom.@Nullable Kept aside = kept;
    kept = null;
    if (aside != null) {
      room.forget(aside);
    }
  }
}
