package com.clawdforge.acpx.turn;

import org.jspecify.annotations.Nullable;

/**
 * The text of a turn, joined from chunks: those of one message directly, messages by an empty line.
 * Not safe for several threads.
 */
final class AnswerText {
  private static final String BETWEEN = "\n\n";

  private final StringBuilder text = new StringBuilder();
  private @Nullable String message;
  private int start;
  private boolean open;
  private boolean tools;

  /**
   * Adds a chunk.
   *
   * @param messageId null if the agent does not tell messages apart
   */
  void add(@Nullable String messageId, String chunk) {
    if (messageId != null && !messageId.equals(message)) {
      if (!text.isEmpty()) {
        text.append(BETWEEN);
      }
      start = text.length();
      message = messageId;
    }
    open = true;
    text.append(chunk);
  }

  /** The model uses a tool, so its message is whole. */
  void tool() {
    tools = true;
    open = false;
  }

  /** The agent repeats its request: what came of the message will come again, as another one. */
  void retried() {
    if (open && message != null) {
      text.setLength(start);
      open = false;
    }
  }

  boolean usedTools() {
    return tools;
  }

  boolean isAnswered() {
    return tools || !text.toString().isBlank();
  }

  String whole() {
    String whole = text.toString();
    // What a repeated request leaves.
    return whole.endsWith(BETWEEN) && !open
        ? whole.substring(0, whole.length() - BETWEEN.length())
        : whole;
  }
}
