package com.clawdforge.http.app.command.chat;

import java.io.IOException;

/** Where the prompts of a chat come from. */
public interface ChatInput {
  /** Reads the next prompt, which may have several lines; blocks. */
  Line next() throws IOException;

  /** What was read. */
  sealed interface Line {
    /** A prompt or a command; may be blank. */
    record Text(String text) implements Line {}

    /**
     * Ctrl-C.
     *
     * @param empty whether nothing was typed
     */
    record Interrupted(boolean empty) implements Line {}

    /** Ctrl-D, or the end of the input. */
    record End() implements Line {}
  }
}
