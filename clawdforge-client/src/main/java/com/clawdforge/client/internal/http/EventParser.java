package com.clawdforge.client.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Parses server-sent events from the pieces of a body, cut anywhere. Not thread-safe. */
public final class EventParser {
  // Larger than any message that the gateway accepts from an agent.
  private static final int LONGEST = 64 << 20;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private boolean begun;
  private boolean afterCarriageReturn;
  private boolean anyData;
  private String event = "message";
  private @Nullable String id;

  /** A complete event; one cut off by a broken connection is dropped. */
  public record Message(String event, @Nullable String id, String data) {}

  /**
   * Parses the next piece and passes on each event that it completes.
   *
   * @throws IOException if an event is too long
   */
  void feed(ByteBuffer bytes, Consumer<Message> out) throws IOException {
    while (bytes.hasRemaining()) {
      if (afterCarriageReturn && bytes.get(bytes.position()) == '\n') {
        bytes.get();
      }
      afterCarriageReturn = false;
      int end = bytes.position();
      while (end < bytes.limit() && !endsLine(bytes.get(end))) {
        end++;
      }
      byte[] part = new byte[end - bytes.position()];
      bytes.get(part);
      line.writeBytes(part);
      checkLength();
      if (bytes.hasRemaining()) {
        afterCarriageReturn = bytes.get() == '\r';
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        take(begun || !text.startsWith(BYTE_ORDER_MARK) ? text : text.substring(1), out);
        begun = true;
      }
    }
  }

  private static boolean endsLine(byte next) {
    return next == '\n' || next == '\r';
  }

  private void checkLength() throws IOException {
    if ((long) line.size() + data.length() > LONGEST) {
      throw new IOException("the gateway sent more than " + LONGEST + " bytes at once");
    }
  }

  private void take(String text, Consumer<Message> out) {
    if (text.isEmpty()) {
      if (anyData) {
        out.accept(new Message(event, id, data.toString()));
      }
      event = "message";
      id = null;
      data.setLength(0);
      anyData = false;
      return;
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    switch (name) {
      case "event" -> event = value;
      case "id" -> id = value;
      case "data" -> {
        if (anyData) {
          data.append('\n');
        }
        data.append(value);
        anyData = true;
      }
      default -> {}
    }
  }
}
