package com.clawdforge.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the text of a turn from its events: the pieces of one message directly, messages by an
 * empty line. Not safe for several threads.
 */
final class AnswerText {
  private static final String BETWEEN = "\n\n";

  private final StringBuilder text = new StringBuilder();
  private @Nullable String message;
  private int start;
  private boolean open;

  private AnswerText() {}

  static String of(List<TurnEvent> events) {
    List<TurnEvent.Text> pieces = only(TurnEvent.Text.class, events);
    if (pieces.isEmpty()) {
      // A gateway in between may give the model's messages ids like those of remarks.
      List<TurnEvent.Notice> notices = only(TurnEvent.Notice.class, events);
      return String.join("", notices.stream().map(TurnEvent.Notice::text).toList());
    }
    // Codex's own remarks have no id, its model's messages have one.
    boolean told = pieces.stream().anyMatch(piece -> piece.messageId() != null);
    AnswerText joined = new AnswerText();
    for (TurnEvent event : events) {
      if (event instanceof TurnEvent.Text piece && (piece.messageId() != null || !told)) {
        joined.add(piece);
      } else if (event instanceof TurnEvent.ToolCall) {
        joined.open = false;
      } else if (event instanceof TurnEvent.Retry) {
        joined.retried();
      }
    }
    return joined.whole();
  }

  private static <E extends TurnEvent> List<E> only(Class<E> kind, List<TurnEvent> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private void add(TurnEvent.Text piece) {
    @Nullable String id = piece.messageId();
    if (id != null && !id.equals(message)) {
      if (!text.isEmpty()) {
        text.append(BETWEEN);
      }
      start = text.length();
      message = id;
    }
    open = true;
    text.append(piece.text());
  }

  // What came of the message comes again. With a tool call behind it, it is whole.
  private void retried() {
    if (open && message != null) {
      text.setLength(start);
      open = false;
    }
  }

  // What a repeated request leaves.
  private String whole() {
    String whole = text.toString();
    return whole.endsWith(BETWEEN) && !open
        ? whole.substring(0, whole.length() - BETWEEN.length())
        : whole;
  }
}
