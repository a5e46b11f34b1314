package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelTokens;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider counted out of its answer while that passes: of a body of JSON, or of
 * server-sent events with a line of JSON each. It keeps no more than a line of numbers. For one
 * thread at a time.
 */
final class AnswerReader implements JsonScan.Values {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

  private static final String PART = "usage.iterations." + JsonScan.ELEMENT + ".";

  /** Around the text in an event that has a piece of an answer. */
  private static final int AROUND = 80;

  /** Longer ones are no counts. */
  private static final Pattern COUNT = Pattern.compile("\\d{1,15}");

  private final JsonScan json = new JsonScan(this);
  private final boolean events;
  private final BesideAnswer beside = new BesideAnswer();
  private String type = "";
  private @Nullable String model;
  private long input;
  private long output;
  private long cacheRead;
  private long cached;
  private long cacheWrite;
  private long cacheWriteHour;
  private long searches;
  private boolean fast;
  private boolean counted;
  private boolean complete;
  private long pieces;

  /** How many bytes of the line have been read. */
  private long inLine;

  private boolean isData = true;

  /**
   * @param events whether it consists of server-sent events
   */
  AnswerReader(boolean events) {
    this.events = events;
  }

  /** Reads what is in the buffer, and leaves the buffer as it is. */
  void read(ByteBuffer part) {
    for (int i = part.position(); i < part.limit() && !complete; i++) {
      byte next = part.get(i);
      if (events) {
        readEvents(next);
      } else {
        json.read(next);
        complete = json.isOver();
        if (complete) {
          beside.endList();
        }
      }
    }
  }

  private void readEvents(byte next) {
    if (next == '\n' || next == '\r') {
      endLine();
      return;
    }
    if (inLine < DATA.length) {
      isData &= next == DATA[(int) inLine];
    } else if (isData) {
      json.read(next);
    }
    inLine++;
  }

  private void endLine() {
    if (isData && inLine > DATA.length) {
      switch (type) {
        case "message_stop", "response.completed", "response.incomplete", "response.failed" ->
            complete = true;
        case "content_block_delta" -> pieces += Math.max(0, inLine - AROUND);
        default -> {}
      }
    }
    beside.endList();
    json.restart();
    type = "";
    inLine = 0;
    isData = true;
  }

  @Override
  public boolean entersArray(String path) {
    return path.equals("usage.iterations") || path.equals("message.usage.iterations");
  }

  @Override
  public void endElement() {
    beside.endPart(model);
  }

  @Override
  public void value(String path, String value) {
    String member = withoutParent(withoutParent(path, "message."), "response.");
    if (member.equals("type") && path.equals(member)) {
      type = value;
    } else if (member.startsWith(PART)) {
      beside.value(member.substring(PART.length()), value);
    } else if (member.equals("model")) {
      model = value;
    } else if (member.equals("usage.speed")) {
      fast |= value.equals("fast");
    } else if (member.startsWith("usage.") && COUNT.matcher(value).matches()) {
      count(member.substring("usage.".length()), Long.parseLong(value));
    }
  }

  private static String withoutParent(String path, String parent) {
    return path.startsWith(parent) ? path.substring(parent.length()) : path;
  }

  // Each event has the counts so far, and not all of them.
  private void count(String name, long count) {
    counted = true;
    switch (name) {
      case "input_tokens" -> input = Math.max(input, count);
      case "output_tokens" -> output = Math.max(output, count);
      case "cache_read_input_tokens" -> cacheRead = Math.max(cacheRead, count);
      case "input_tokens_details.cached_tokens" -> cached = Math.max(cached, count);
      case "cache_creation_input_tokens" -> cacheWrite = Math.max(cacheWrite, count);
      case "cache_creation.ephemeral_1h_input_tokens" ->
          cacheWriteHour = Math.max(cacheWriteHour, count);
      case "server_tool_use.web_search_requests" -> searches = Math.max(searches, count);
      default -> {}
    }
  }

  /** Whether it came to its end. */
  boolean isComplete() {
    return complete;
  }

  /** Whether the provider told any count. */
  boolean isCounted() {
    return counted;
  }

  /** As the provider names the one that answers, or null. */
  @Nullable String model() {
    return model;
  }

  /** About how many bytes of an answer came in events. */
  long pieces() {
    return pieces;
  }

  /** What the provider has done beside the answer, in US dollars; it is not in {@link #tokens}. */
  BigDecimal besideUsd() {
    return beside.costUsd(fast);
  }

  /** What the provider has counted so far. */
  ModelTokens tokens() {
    return new ModelTokens(
        input - cached,
        output,
        cacheRead + cached,
        cacheWrite - cacheWriteHour,
        cacheWriteHour,
        searches,
        fast);
  }
}
