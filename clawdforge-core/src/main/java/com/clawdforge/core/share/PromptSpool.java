package com.clawdforge.core.share;

/**
 * Keeps the prompts of work that waits. They need not outlive the server. Safe for any thread;
 * calls block for a disk access.
 */
public interface PromptSpool {
  /** Keeps every prompt in memory. */
  PromptSpool IN_MEMORY =
      text ->
          new Spooled() {
            @Override
            public String read() {
              return text;
            }

            @Override
            public void close() {}
          };

  /**
   * Keeps a text.
   *
   * @throws com.clawdforge.core.error.StoreException if it cannot be written
   */
  Spooled keep(String text);

  /** A text that is kept until this is closed. Used by one thread at a time. */
  interface Spooled extends AutoCloseable {
    /**
     * Returns the text.
     *
     * @throws com.clawdforge.core.error.StoreException if it cannot be read
     */
    String read();

    /** Whether it takes room on a disk, and not in memory. */
    default boolean onDisk() {
      return false;
    }

    /** Deletes the text. Idempotent; does not fail. */
    @Override
    void close();
  }
}
