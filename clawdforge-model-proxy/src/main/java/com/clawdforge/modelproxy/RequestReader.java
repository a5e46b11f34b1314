package com.clawdforge.modelproxy;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads which model a request asks for, and how long the answer may be, while the request passes.
 * What is not written plainly, or twice, is not believed. For one thread at a time.
 */
final class RequestReader implements JsonScan.Values {
  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

  private final JsonScan json = new JsonScan(this);
  private @Nullable String model;
  private @Nullable Long most;
  private boolean doubtful;

  /** Reads what is in the buffer, and leaves the buffer as it is. */
  void read(ByteBuffer part) {
    for (int i = part.position(); i < part.limit() && !json.isOver(); i++) {
      json.read(part.get(i));
    }
  }

  @Override
  public void value(String path, String value) {
    switch (path) {
      case "model" -> {
        doubtful |= model != null;
        model = value;
      }
      case "max_tokens" -> {
        doubtful |= most != null || !COUNT.matcher(value).matches();
        most = doubtful ? null : Long.valueOf(value);
      }
      // Its name is not written plainly, and may be one of these.
      case "" -> doubtful = true;
      default -> {}
    }
  }

  @Override
  public void unread(String path) {
    doubtful |= path.equals("model") || path.equals("max_tokens") || path.isEmpty();
  }

  /** The model that is asked, or null if that is not known. */
  @Nullable String model() {
    return doubtful ? null : model;
  }

  /** How many tokens the answer has at most; null if that is not known. */
  @Nullable Long most() {
    return doubtful ? null : most;
  }
}
